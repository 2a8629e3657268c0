import type { Group } from '../../../../lib/group/group.ts';
import { type Instant, NEVER, type Span } from './instants.ts';
import { holdingsOf, type Part } from './part.ts';

/** A member held a partition, under one assignment epoch, also while it was asked to let go of it. */
export interface Tenure {
  readonly memberId: string;
  readonly epoch: number;
  readonly begun: Instant;
  ended: Instant;
}

export type EndedTenure = Tenure & { readonly part: Part };

/** Who held each partition, by what the group's item said, in one generation of the group. */
export class Ownership {
  readonly #tenures = new Map<Part, Tenure[]>();
  readonly #problem: (fact: string) => void;

  constructor(problem: (fact: string) => void) {
    this.#problem = problem;
  }

  /**
   * Takes in what the group is from now on: one owner a partition, and each got it above the epochs of all before.
   * @returns the tenures that have ended.
   */
  observe(group: Group | undefined, at: Instant): readonly EndedTenure[] {
    const holders = this.#holders(group);
    const ended: EndedTenure[] = [];
    for (const [part, tenures] of this.#tenures) {
      const last = tenures.at(-1);
      const holder = holders.get(part);
      if (last === undefined || last.ended !== NEVER) continue;
      if (holder?.memberId === last.memberId && holder.epoch === last.epoch) continue;
      last.ended = at;
      ended.push({ ...last, part });
    }
    for (const [part, { memberId, epoch }] of holders) {
      const tenures = this.#tenures.get(part) ?? [];
      this.#tenures.set(part, tenures);
      if (tenures.at(-1)?.ended === NEVER) continue;
      const highest = Math.max(0, ...tenures.map((tenure) => tenure.epoch));
      if (epoch <= highest)
        this.#problem(
          `assignment epoch: ${memberId} got ${part} at epoch ${epoch}, and somebody had it at ${highest}`,
        );
      tenures.push({ memberId, epoch, begun: at, ended: NEVER });
    }
    return ended;
  }

  /** Whether the member got the partition at that epoch, whatever became of it since. */
  hasHad(part: Part, memberId: string, epoch: number): boolean {
    const tenures = this.#tenures.get(part) ?? [];
    return tenures.some((tenure) => tenure.memberId === memberId && tenure.epoch === epoch);
  }

  /** The tenure of a member that holds a partition all the time. */
  throughout(part: Part, memberId: string, { begun, ended }: Span): Tenure | undefined {
    const tenures = this.#tenures.get(part) ?? [];
    return tenures.find(
      (tenure) => tenure.memberId === memberId && tenure.begun < begun && tenure.ended > ended,
    );
  }

  #holders(group: Group | undefined): Map<Part, { readonly memberId: string; readonly epoch: number }> {
    const holders = new Map<Part, { readonly memberId: string; readonly epoch: number }>();
    for (const { memberId, assigned, revoking } of group?.members.values() ?? []) {
      for (const [part, epoch] of [...holdingsOf(assigned), ...holdingsOf(revoking)]) {
        const other = holders.get(part);
        if (other !== undefined)
          this.#problem(`two owners: ${part} is held by ${other.memberId} and ${memberId}`);
        holders.set(part, { memberId, epoch });
      }
    }
    return holders;
  }
}
