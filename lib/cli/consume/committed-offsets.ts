import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AssignedPartition, keyOf } from './assigned-partition.ts';
import { isPartitionLost } from './group-errors.ts';
import { sendTogether } from './send-together.ts';

/** Asks for the offsets of some partitions, by key; none where nothing is committed. */
export type FetchCommitted = (
  partitions: readonly AssignedPartition[],
) => Promise<ReadonlyMap<string, number>>;

interface Waiting extends PromiseWithResolvers<number | undefined> {
  readonly at: AssignedPartition;
}

/** How far the group has come: partitions that are asked for in one turn share a request. */
export class CommittedOffsets {
  readonly #fetch: FetchCommitted;
  #waiting: Waiting[] = [];

  constructor(fetch: FetchCommitted) {
    this.#fetch = fetch;
  }

  /** Rejects when the partition is not this member's any more, and as the request does. */
  of(at: AssignedPartition): Promise<number | undefined> {
    const asked: Waiting = { at, ...Promise.withResolvers() };
    this.#waiting.push(asked);
    if (this.#waiting.length === 1) void this.#ask();
    return asked.promise;
  }

  async #ask(): Promise<void> {
    await nextTurn();
    const waiting = this.#waiting;
    this.#waiting = [];
    const answer = async (some: readonly Waiting[]): Promise<void> => {
      const committed = await this.#fetch(some.map(({ at }) => at));
      for (const { at, resolve } of some) resolve(committed.get(keyOf(at)));
    };
    try {
      for (const [{ reject }, error] of await sendTogether(waiting, answer, isPartitionLost)) reject(error);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
