import type { TopicPartitions } from './topic-partitions.ts';

/**
 * Partitions that a member holds, by topic id and number, each with its assignment epoch (KIP-1251): the member epoch
 * at which it got it. Whoever holds a partition later has a greater one.
 */
export type Owned = ReadonlyMap<string, ReadonlyMap<number, number>>;

export const NOTHING: Owned = new Map();

/** The partitions without their epochs. */
export function partitionsOf(owned: Owned): TopicPartitions {
  return new Map(Array.from(owned, ([topicId, epochs]) => [topicId, new Set(epochs.keys())]));
}

export function assignmentEpochOf(owned: Owned, topicId: string, partition: number): number | undefined {
  return owned.get(topicId)?.get(partition);
}

/** Those for which `keep` holds, with their epochs. */
export function keepOwned(owned: Owned, keep: (topicId: string, partition: number) => boolean): Owned {
  const kept = new Map<string, ReadonlyMap<number, number>>();
  for (const [topicId, epochs] of owned) {
    const left = Array.from(epochs).filter(([partition]) => keep(topicId, partition));
    if (left.length > 0) kept.set(topicId, new Map(left));
  }
  return kept;
}

/** `owned`, and beside it these partitions, gotten at `epoch`. */
export function giveOwned(owned: Owned, partitions: TopicPartitions, epoch: number): Owned {
  const given = new Map(owned);
  for (const [topicId, numbers] of partitions) {
    const epochs = new Map(given.get(topicId));
    for (const partition of numbers) epochs.set(partition, epoch);
    given.set(topicId, epochs);
  }
  return given;
}
