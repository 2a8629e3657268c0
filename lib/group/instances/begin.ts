import { KafkaError, type KafkaErrorName } from '../../kafka/errors.ts';
import { partitionId } from '../../log/partition-id.ts';
import type { InstanceDeps } from './deps.ts';
import { stillThere } from './find-topics.ts';
import type { Held } from './instance.ts';
import { InstanceMoved, type Session } from './session.ts';

/** The group has given the partitions to others, or the topics are others, since the instance heard of them. */
const MOVED_ON: readonly KafkaErrorName[] = [
  'STALE_MEMBER_EPOCH',
  'UNKNOWN_MEMBER_ID',
  'GROUP_ID_NOT_FOUND',
  'UNKNOWN_TOPIC_OR_PARTITION',
];

export const isUnbegun = ({ position }: Held): boolean => position === undefined;

/**
 * New partitions with the group's committed offset as their position, where there is one, by partition id. A member that
 * asks for it shuts out whoever held the partition before, so this comes before anything is read. Partitions of topics
 * that are gone are left out.
 *
 * @throws InstanceMoved when the group goes on meanwhile; KafkaError as ConsumerGroups.fetchOffsets.
 */
export async function begin(
  { groups, topics }: InstanceDeps,
  { groupId, member }: Session,
  unbegun: readonly Held[],
): Promise<ReadonlyMap<string, Held>> {
  const asked = await stillThere(topics, unbegun);
  if (asked.length === 0) return new Map();
  try {
    const committed = await groups.fetchOffsets(
      groupId,
      member,
      asked.map(({ topic, partition }) => ({ topic, partition })),
    );
    const since = member?.memberEpoch ?? 0;
    return new Map(
      asked.map((each, index) => {
        const offset = committed[index]?.offset;
        return [partitionId(each), { ...each, since, position: offset, committed: offset }];
      }),
    );
  } catch (error) {
    if (!(error instanceof KafkaError) || !MOVED_ON.includes(error.error)) throw error;
    for (const { topic } of asked) topics.invalidate(topic);
    throw new InstanceMoved(`The group, or a topic, has changed meanwhile: ${error}`);
  }
}
