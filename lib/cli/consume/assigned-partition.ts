/** A partition as a group assigns it: by the topic's id, because a topic deleted and made again is another one. */
export interface AssignedPartition {
  readonly topicId: string;
  readonly topic: string;
  readonly partition: number;
}

/** By their {@link keyOf}. */
export type AssignedPartitions = ReadonlyMap<string, AssignedPartition>;

export const keyOf = ({ topicId, partition }: AssignedPartition): string => `${topicId}#${partition}`;

/** For messages, as Kafka writes it. */
export const nameOf = ({ topic, partition }: Pick<AssignedPartition, 'topic' | 'partition'>): string =>
  `${topic}-${partition}`;

export function byKey(partitions: Iterable<AssignedPartition>): AssignedPartitions {
  return new Map(Array.from(partitions, (each) => [keyOf(each), each]));
}

/** `partitions 0-3, 7 of orders; 1 of payments`. Nothing when there are none. */
export function describePartitions(partitions: Iterable<Omit<AssignedPartition, 'topicId'>>): string {
  const parts = Array.from(Map.groupBy(partitions, ({ topic }) => topic))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([topic, all]) => `${describeNumbers(all.map(({ partition }) => partition))} of ${topic}`);
  return parts.length === 0 ? '' : `partitions ${parts.join('; ')}`;
}

/** Numbers in ascending order, neighbours as a range: `0-3, 7`. */
function describeNumbers(numbers: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range?.last === number - 1) range.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(', ');
}
