import { LRUCache } from 'lru-cache';

/** Forgetting one only means that its next batch may go where the last one went. */
const TOPICS_MAX = 10_000;

export interface StickyPartitionerOptions {
  /** From 0 up to, but not, 1. */
  readonly random: () => number;
  /** @default 10,000 */
  readonly topicsMax?: number;
}

/**
 * Where records without a key go (KIP-480): all of one batch to one partition, the next batch to another one at
 * random. Larger batches, and over time an even spread. One request is one batch here; a broker process has one
 * partitioner.
 */
export class StickyPartitioner {
  readonly #random: () => number;
  readonly #lastPartition: LRUCache<string, number>;

  constructor({ random, topicsMax = TOPICS_MAX }: StickyPartitionerOptions) {
    this.#random = random;
    this.#lastPartition = new LRUCache({ max: topicsMax });
  }

  /**
   * The partition for all keyless records of a new batch; never that of the topic's batch before while there is
   * another.
   */
  partitionForBatch(topicId: string, partitions: number): number {
    if (!Number.isInteger(partitions) || partitions < 1) throw new RangeError(`no such count: ${partitions}`);
    const last = this.#lastPartition.get(topicId);
    const next = this.#another(last, partitions);
    this.#lastPartition.set(topicId, next);
    return next;
  }

  #another(last: number | undefined, partitions: number): number {
    if (partitions === 1) return 0;
    if (last === undefined || last >= partitions) return Math.floor(this.#random() * partitions);
    const among = Math.floor(this.#random() * (partitions - 1));
    return among < last ? among : among + 1;
  }
}
