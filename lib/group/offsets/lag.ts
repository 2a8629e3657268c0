import { KafkaError } from '../../kafka/errors.ts';
import type { PartitionLogs } from '../../log/types.ts';
import { forEachBounded } from '../../storage/for-each-bounded.ts';
import type { StoredGroup } from '../codec/group-item.ts';
import { describeMember } from '../describe.ts';
import { partitionsOf } from '../owned.ts';
import { each } from '../topic-partitions.ts';
import type { CommittedOffset, MemberDescription, PartitionLag } from '../types.ts';
import type { OffsetsDeps } from './deps.ts';
import { readAllOffsets } from './fetch-offsets.ts';
import type { ResolvedPartition } from './resolve.ts';

const LOOKS_IN_FLIGHT_MAX = 16;

interface Subject extends ResolvedPartition {
  readonly committed: CommittedOffset | undefined;
  readonly owner: MemberDescription | undefined;
}

/** How far a group is behind, in each partition that it committed an offset for or that a member owns. */
export async function lagsOf(
  deps: OffsetsDeps & { readonly logs: PartitionLogs },
  groupId: string,
  stored: StoredGroup,
): Promise<PartitionLag[]> {
  const subjects = new Map<string, Subject>();
  const idOf = ({ key }: ResolvedPartition) => `${key.topicId}#${key.partition}`;
  const add = (subject: Subject): void => {
    subjects.set(idOf(subject), subject);
  };
  for (const committed of await readAllOffsets(deps, groupId, stored)) {
    add({ ...committed, committed, owner: undefined });
  }
  const { group } = stored;
  for (const member of group.members.values()) {
    const owner = describeMember(group, member);
    for (const [topicId, partition] of each(partitionsOf(member.assigned))) {
      const topic = group.topics.get(topicId)?.name;
      if (topic === undefined) continue;
      const named = { topic, partition, key: { topicId, partition } };
      add({ ...named, committed: subjects.get(idOf(named))?.committed, owner });
    }
  }
  const lags: PartitionLag[] = [];
  await forEachBounded(subjects.values(), LOOKS_IN_FLIGHT_MAX, async (subject) => {
    const lag = await lagOf(deps.logs, subject);
    if (lag !== undefined) lags.push(lag);
  });
  return lags.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}

/** `undefined` when the topic has been deleted meanwhile. */
async function lagOf(
  logs: PartitionLogs,
  { topic, partition, key, committed, owner }: Subject,
): Promise<PartitionLag | undefined> {
  const currentOffset = committed?.offset;
  try {
    const { next: logEndOffset } = await logs.offsets(key);
    const lag = currentOffset === undefined ? undefined : Math.max(0, logEndOffset - currentOffset);
    return { topic, partition, currentOffset, logEndOffset, lag, owner };
  } catch (error) {
    if (error instanceof KafkaError && error.error === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined;
    throw error;
  }
}
