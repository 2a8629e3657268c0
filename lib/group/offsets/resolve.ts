import type { Topic, TopicRegistry } from '../../cluster/types.ts';
import { KafkaError } from '../../kafka/errors.ts';
import type { PartitionKey } from '../../storage/head.ts';
import { settleAll } from '../../storage/settle-all.ts';
import type { Group, Member } from '../group.ts';
import type { TopicPartition } from '../types.ts';
import { heldSince } from './owner.ts';

/** A partition as clients name it, and as it is stored. */
export interface ResolvedPartition extends TopicPartition {
  readonly key: PartitionKey;
}

/** For messages. */
export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`;

/**
 * Finds topics by their names, as they are now: what is cached of them may be of one that was deleted since.
 * @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION.
 */
export async function resolvePartitions<Named extends TopicPartition>(
  topics: TopicRegistry,
  partitions: readonly Named[],
): Promise<(Named & ResolvedPartition)[]> {
  const names = new Set(partitions.map(({ topic }) => topic));
  const look = async (name: string): Promise<[string, Topic]> => {
    topics.invalidate(name);
    return [name, await topics.get(name)];
  };
  const found = new Map(await settleAll(Array.from(names, look)));
  return partitions.map((named) => {
    const topic = found.get(named.topic);
    const { partition } = named;
    const isThere = Number.isInteger(partition) && partition >= 0 && partition < (topic?.partitionCount ?? 0);
    if (topic !== undefined && isThere) return { ...named, key: { topicId: topic.id, partition } };
    const last = (topic?.partitionCount ?? 0) - 1;
    throw new KafkaError(
      'UNKNOWN_TOPIC_OR_PARTITION',
      `Topic ${named.topic} has partitions 0 to ${last}, not ${partition}.`,
    );
  });
}

/**
 * The same for a member: what it holds under a name is meant by the name, and nobody has to look for it.
 * @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION.
 */
export async function resolveHeld<Named extends TopicPartition>(
  topics: TopicRegistry,
  group: Group,
  member: Member,
  partitions: readonly Named[],
): Promise<(Named & ResolvedPartition)[]> {
  const idsOf = Map.groupBy(group.topics.keys(), (topicId) => group.topics.get(topicId)?.name);
  const held = partitions.map(({ topic, partition }) =>
    idsOf
      .get(topic)
      ?.map((topicId) => ({ topicId, partition }))
      .find((key) => heldSince(member, key) !== undefined),
  );
  const others = await resolvePartitions(
    topics,
    partitions.filter((_, index) => held[index] === undefined),
  );
  const rest = others.values();
  return partitions.map((named, index) => {
    const key = held[index] ?? rest.next().value?.key;
    if (key === undefined) throw new Error('assertion failed: every partition is found, or refused');
    return { ...named, key };
  });
}
