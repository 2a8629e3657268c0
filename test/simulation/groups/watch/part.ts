import type { Member } from '../../../../lib/group/group.ts';
import type { Owned } from '../../../../lib/group/owned.ts';
import { each, type TopicPartitions } from '../../../../lib/group/topic-partitions.ts';
import type { PartitionKey } from '../../../../lib/storage/head.ts';

/** A partition as the key of a map, and as a name in messages. */
export type Part = string;

export const partOf = ({ topicId, partition }: PartitionKey): Part => `${topicId}/${partition}`;

export const partsOf = (partitions: TopicPartitions): Set<Part> =>
  new Set(Array.from(each(partitions), ([topicId, partition]) => partOf({ topicId, partition })));

/** Each partition that a member holds, with its assignment epoch. */
export function* holdingsOf(owned: Owned): Generator<readonly [part: Part, epoch: number]> {
  for (const [topicId, epochs] of owned) {
    for (const [partition, epoch] of epochs) yield [partOf({ topicId, partition }), epoch];
  }
}

/** All that a member has, what it shall let go of included. */
export const heldBy = ({ assigned, revoking }: Member): Set<Part> =>
  new Set(Array.from([...holdingsOf(assigned), ...holdingsOf(revoking)], ([part]) => part));

export const isSameParts = (a: ReadonlySet<Part>, b: ReadonlySet<Part>): boolean =>
  a.size === b.size && common(a, b).size === a.size;

export const common = (a: ReadonlySet<Part>, b: ReadonlySet<Part>): Set<Part> =>
  new Set(Array.from(a).filter((part) => b.has(part)));
