import {
  type Advance,
  type FinalLog,
  type History,
  type Instant,
  NEVER,
  type Poll,
  type TimeLookUp,
  type Write,
  type WriteOutcome,
} from './history.ts';

/** Writes a history down while it happens. */
export class Recorder {
  readonly writes: Write[] = [];
  readonly polls: Poll[] = [];
  readonly lookUps: TimeLookUp[] = [];
  readonly advances: Advance[] = [];
  #instants = 0;
  #values = 0;

  instant(): Instant {
    this.#instants += 1;
    return this.#instants;
  }

  freshValues(count: number): string[] {
    return Array.from({ length: count }, () => {
      this.#values += 1;
      return `v${this.#values}`;
    });
  }

  beginWrite(write: Pick<Write, 'client' | 'partition' | 'values' | 'timestamp' | 'producer'>): Write {
    const begun = { ...write, begun: this.instant(), ended: NEVER, outcome: { kind: 'unknown' as const } };
    this.writes.push(begun);
    return begun;
  }

  endWrite(write: Write, outcome: WriteOutcome): void {
    if (outcome.kind === 'unknown') return;
    write.outcome = outcome;
    write.ended = this.instant();
  }

  beginAdvance(partition: number, to: number): Advance {
    const advance = { partition, to, begun: this.instant(), ended: NEVER };
    this.advances.push(advance);
    return advance;
  }

  history(logs: readonly FinalLog[]): History {
    const { writes, polls, lookUps, advances } = this;
    return { writes, polls, lookUps, advances, logs };
  }
}
