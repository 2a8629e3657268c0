import { type Instant, NEVER } from './instants.ts';
import type { Part } from './part.ts';

/** One commit that a client sent, and what is known of it. */
export interface SentCommit {
  /** Its metadata, so that it is known again wherever it stands. */
  readonly tag: string;
  /** `undefined` when who sent it is no member. */
  readonly member: { readonly memberId: string; readonly memberEpoch: number } | undefined;
  readonly offsets: ReadonlyMap<Part, number>;
  readonly begun: Instant;
  /** When the process that does it had first seen what stood there. */
  looked: Instant;
  ended: Instant;
  /** Done; not done, and never to be done; or it cannot be told yet, or ever. */
  outcome: 'done' | 'refused' | 'unknown';
}

/** What clients sent to be committed, by tag. */
export class SentCommits {
  readonly #byTag = new Map<string, SentCommit>();

  begin(commit: Omit<SentCommit, 'looked' | 'ended' | 'outcome' | 'tag'>): SentCommit {
    const tag = `commit ${this.#byTag.size}`;
    const sent: SentCommit = { ...commit, tag, looked: NEVER, ended: NEVER, outcome: 'unknown' };
    this.#byTag.set(tag, sent);
    return sent;
  }

  get(tag: string): SentCommit | undefined {
    return this.#byTag.get(tag);
  }
}
