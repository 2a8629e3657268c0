import { type AssignedPartition, keyOf } from './assigned-partition.ts';
import type { Position } from './group-api.ts';
import { isPartitionLost } from './group-errors.ts';
import { sendTogether } from './send-together.ts';

interface Progress {
  readonly at: AssignedPartition;
  /** The offset behind the last record that was printed. */
  readonly printed: number;
  /** What was committed last, or refused. */
  readonly settled: number | undefined;
}

/** Keeps what has been printed of each partition, and commits it: one commit behind the other, so that none goes back. */
export class Committer {
  readonly #progress = new Map<string, Progress>();
  #last: Promise<unknown> = Promise.resolve();

  /** Where the group stands when reading begins. */
  begin(at: AssignedPartition, committed: number): void {
    this.#progress.set(keyOf(at), { at, printed: committed, settled: committed });
  }

  /** Everything before an offset has been printed, or was never to be. */
  printed(at: AssignedPartition, offset: number): void {
    const settled = this.#progress.get(keyOf(at))?.settled;
    this.#progress.set(keyOf(at), { at, printed: offset, settled });
  }

  /** Partitions are this member's no more. */
  forget(partitions: Iterable<AssignedPartition>): void {
    for (const each of partitions) this.#progress.delete(keyOf(each));
  }

  get hasUncommitted(): boolean {
    return this.#progress.values().some(isUncommitted);
  }

  /**
   * Commits what was printed before the call.
   *
   * @returns why some partitions' offsets were refused; they are not sent again. Rejects as `commit` does.
   */
  flush(commit: (positions: readonly Position[]) => Promise<void>): Promise<readonly Error[]> {
    const flush = this.#last.then(() => this.#flush(commit));
    this.#last = Promise.allSettled([flush]);
    return flush;
  }

  async #flush(commit: (positions: readonly Position[]) => Promise<void>): Promise<readonly Error[]> {
    const positions = Array.from(this.#progress.values().filter(isUncommitted), ({ at, printed }) => ({
      at,
      offset: printed,
    }));
    const refused = await sendTogether(positions, commit, isPartitionLost);
    for (const { at, offset } of positions) {
      const progress = this.#progress.get(keyOf(at));
      if (progress !== undefined) this.#progress.set(keyOf(at), { ...progress, settled: offset });
    }
    return Array.from(refused.values());
  }
}

const isUncommitted = ({ printed, settled }: Progress): boolean => printed !== settled;
