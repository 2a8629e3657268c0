import { KafkaError } from '../../kafka/errors.ts';
import type { PartitionKey } from '../../storage/head.ts';
import { partitionId } from '../partition-id.ts';
import type { BatchOutcome } from '../types.ts';
import { type FlushDeps, flush, type PartitionBatches } from './flush.ts';
import { type QueuedBatch, queueBatches } from './queued-batch.ts';

export interface GroupCommitLimits {
  /** A flush takes no more once it has this many bytes. */
  readonly flushBytesMax: number;
  /** Partitions in one flush. */
  readonly flushPartitionsMax: number;
  /** What may wait for a flush; beyond it, appends are refused. */
  readonly queuedBytesMax: number;
}

/** What waits for one partition. While something of it is in the air, the rest keeps its place behind it. */
interface Lane {
  readonly partition: PartitionKey;
  queue: QueuedBatch[];
  inTheAir: boolean;
}

/**
 * Group commit: whatever arrived while the last flush was in the air goes out together in the next one. An append
 * that finds nothing in the air goes out at once: there is no wait.
 */
export class GroupCommit {
  readonly #deps: FlushDeps;
  readonly #limits: GroupCommitLimits;
  readonly #lanes = new Map<string, Lane>();
  #queuedBytes = 0;
  #running = false;
  #whenIdle = Promise.withResolvers<void>();

  constructor(deps: FlushDeps, limits: GroupCommitLimits) {
    this.#deps = deps;
    this.#limits = limits;
    this.#whenIdle.resolve();
  }

  /** See {@link PartitionLogs.append}. */
  append(partition: PartitionKey, batches: readonly Uint8Array[]): Promise<BatchOutcome[]> {
    const bytes = batches.reduce((sum, batch) => sum + batch.length, 0);
    if (this.#queuedBytes + bytes > this.#limits.queuedBytesMax) {
      const error = new KafkaError(
        'THROTTLING_QUOTA_EXCEEDED',
        'Too much waits to be written. Try again later.',
      );
      return Promise.resolve(batches.map(() => ({ kind: 'failed', error })));
    }
    const { queued, outcomes } = queueBatches(batches);
    if (queued.length === 0) return outcomes;
    if (this.#lanes.size === 0) this.#whenIdle = Promise.withResolvers();
    const id = partitionId(partition);
    const lane = this.#lanes.get(id) ?? { partition, queue: [], inTheAir: false };
    this.#lanes.set(id, lane);
    lane.queue.push(...queued);
    this.#queuedBytes += bytes;
    void this.#run();
    return outcomes;
  }

  /** Resolves when everything that was accepted so far has been answered. */
  idle(): Promise<void> {
    return this.#whenIdle.promise;
  }

  /** Flushes as long as there is something to flush: one at a time. */
  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    // What has arrived already goes along, though its handlers have not run yet.
    await this.#deps.runtime.nextTurn();
    for (let work = this.#take(); work.length > 0; work = this.#take()) {
      await flush(this.#deps, work, (partition, again) => this.#finished(partition, again));
      await this.#deps.runtime.nextTurn();
    }
    this.#running = false;
  }

  /** Takes what the next flush carries: from every partition that has nothing in the air, in turn. */
  #take(): PartitionBatches[] {
    const work: PartitionBatches[] = [];
    let bytes = 0;
    for (const [id, lane] of [...this.#lanes]) {
      if (bytes >= this.#limits.flushBytesMax || work.length === this.#limits.flushPartitionsMax) break;
      if (lane.inTheAir) continue;
      let taken = 0;
      for (const batch of lane.queue) {
        if (bytes >= this.#limits.flushBytesMax) break;
        bytes += batch.length;
        taken += 1;
      }
      const batches = lane.queue.slice(0, taken);
      lane.queue = lane.queue.slice(taken);
      lane.inTheAir = true;
      work.push({ partition: lane.partition, batches });
      // To the end of the line, so that every partition has its turn.
      this.#lanes.delete(id);
      this.#lanes.set(id, lane);
    }
    this.#queuedBytes -= bytes;
    return work;
  }

  #finished(partition: PartitionKey, again: readonly QueuedBatch[]): void {
    const id = partitionId(partition);
    const lane = this.#lanes.get(id);
    if (lane === undefined) throw new Error(`nothing of ${id} was in the air`);
    lane.inTheAir = false;
    lane.queue = [...again, ...lane.queue];
    this.#queuedBytes += again.reduce((sum, { length }) => sum + length, 0);
    if (lane.queue.length > 0) {
      void this.#run();
      return;
    }
    this.#lanes.delete(id);
    if (this.#lanes.size === 0) this.#whenIdle.resolve();
  }
}
