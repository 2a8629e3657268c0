import { JOIN_EPOCH } from '../../../../lib/group/types.ts';
import type { Instant } from './instants.ts';
import type { Part } from './part.ts';

/** A heartbeat that has reached a process: its epoch, and what the member said that it owned. */
export interface Said {
  readonly epoch: number;
  readonly owned: ReadonlySet<Part> | undefined;
  ended: Instant;
}

/**
 * What members of a group, and others, have asked for. What was answered before the group became what it was can have
 * written nothing but that: whatever changes the group was asked for by somebody who has no answer since.
 */
export class Sayings {
  readonly #said = new Map<string, Said[]>();
  readonly #moves: { readonly ended: Instant }[] = [];

  hear(memberId: string, said: Said): void {
    const known = this.#said.get(memberId) ?? [];
    this.#said.set(memberId, known);
    known.push(said);
  }

  /** Somebody who is no member wants to move offsets, and makes the group for it where there is none. */
  hearMove(move: { readonly ended: Instant }): void {
    this.#moves.push(move);
  }

  openSince(memberId: string, since: Instant): Said[] {
    return (this.#said.get(memberId) ?? []).filter(({ ended }) => ended > since);
  }

  isJoiningSince(memberId: string, since: Instant): boolean {
    return this.openSince(memberId, since).some(({ epoch }) => epoch === JOIN_EPOCH);
  }

  isMovingSince(since: Instant): boolean {
    return this.#moves.some(({ ended }) => ended > since);
  }
}
