/** Partition numbers by topic id. A topic without partitions does not stand in it. */
export type TopicPartitions = ReadonlyMap<string, ReadonlySet<number>>;

/** How many partitions there are, of all topics together. */
export function countOf(partitions: TopicPartitions): number {
  let count = 0;
  for (const numbers of partitions.values()) count += numbers.size;
  return count;
}

export function has(partitions: TopicPartitions, topicId: string, partition: number): boolean {
  return partitions.get(topicId)?.has(partition) ?? false;
}

/** Whether each of `some` stands in `all`. */
export function isSubset(some: TopicPartitions, all: TopicPartitions): boolean {
  for (const [topicId, numbers] of some) {
    for (const partition of numbers) if (!has(all, topicId, partition)) return false;
  }
  return true;
}

export function isEqual(a: TopicPartitions, b: TopicPartitions): boolean {
  return countOf(a) === countOf(b) && isSubset(a, b);
}

/** Each partition with its topic id. */
export function* each(partitions: TopicPartitions): Generator<readonly [topicId: string, partition: number]> {
  for (const [topicId, numbers] of partitions) for (const partition of numbers) yield [topicId, partition];
}

/** Those for which `keep` holds. */
export function filter(
  partitions: TopicPartitions,
  keep: (topicId: string, partition: number) => boolean,
): TopicPartitions {
  const kept = new Map<string, ReadonlySet<number>>();
  for (const [topicId, numbers] of partitions) {
    const left = Array.from(numbers).filter((partition) => keep(topicId, partition));
    if (left.length > 0) kept.set(topicId, new Set(left));
  }
  return kept;
}
