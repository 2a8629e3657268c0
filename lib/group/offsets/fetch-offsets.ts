import { KafkaError } from '../../kafka/errors.ts';
import { backOff } from '../../log/retry.ts';
import { forEachSettled } from '../../storage/for-each-bounded.ts';
import type { CommittedPartition, StoredPartition } from '../codec/committed-offset.ts';
import type { StoredGroup } from '../codec/group-item.ts';
import { conditionalWrite } from '../conditional-write.ts';
import type { CommittedOffset, MemberName, TopicPartition } from '../types.ts';
import { type CommitRight, decideFence } from './decide-commit.ts';
import type { OffsetsDeps } from './deps.ts';
import { putCommitted } from './offset-store.ts';
import { heldSince, rightTo, speakingMember, stale } from './owner.ts';
import { nameOf, type ResolvedPartition, resolveHeld, resolvePartitions } from './resolve.ts';

const WRITES_IN_FLIGHT_MAX = 32;
const RACES_MAX = 10;

export function committedOffset(
  { topic, partition }: TopicPartition,
  generation: string | undefined,
  standing: CommittedPartition | undefined,
): CommittedOffset {
  const commit = standing?.generation === generation ? standing?.commit : undefined;
  return {
    topic,
    partition,
    offset: commit?.offset,
    leaderEpoch: commit?.leaderEpoch,
    metadata: commit?.metadata ?? '',
    committedMs: commit?.committedMs,
  };
}

/** The committed offsets of some partitions, as they are. */
export async function readOffsets(
  { offsets, topics }: OffsetsDeps,
  groupId: string,
  stored: StoredGroup | undefined,
  partitions: readonly TopicPartition[],
): Promise<CommittedOffset[]> {
  const resolved = await resolvePartitions(topics, partitions);
  const standing = await offsets.getMany(
    groupId,
    resolved.map(({ key }) => key),
  );
  return resolved.map((each, index) => committedOffset(each, stored?.group.generation, standing[index]));
}

/** All that a group has committed for topics that there are, in the order of topics and partitions. */
export async function readAllOffsets(
  { offsets, topics }: OffsetsDeps,
  groupId: string,
  stored: StoredGroup | undefined,
): Promise<(CommittedOffset & ResolvedPartition)[]> {
  const nameOfId = new Map((await topics.list()).map(({ id, name }) => [id, name]));
  const found: (CommittedOffset & ResolvedPartition)[] = [];
  for await (const { partition: key, ...standing } of offsets.all(groupId)) {
    const topic = nameOfId.get(key.topicId);
    if (topic === undefined) continue;
    const committed = committedOffset(
      { topic, partition: key.partition },
      stored?.group.generation,
      standing,
    );
    if (committed.offset !== undefined) found.push({ ...committed, key });
  }
  return found.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}

/**
 * A member asks how far its group has come. For each partition that it holds the fence is raised to its assignment
 * epoch before it hears the offset: from then on no former owner can move it.
 */
export async function fetchAsMember(
  deps: OffsetsDeps,
  groupId: string,
  name: MemberName,
  partitions: readonly TopicPartition[],
): Promise<CommittedOffset[]> {
  const { groups, offsets, topics } = deps;
  const stored = await groups.read(groupId);
  const member = speakingMember(stored?.group, name);
  if (stored === undefined) throw new Error('assertion failed: a member is of a group');
  const { generation } = stored.group;
  const resolved = await resolveHeld(topics, stored.group, member, partitions);
  const read = await offsets.getMany(
    groupId,
    resolved.map(({ key }) => key),
  );
  const standing: (CommittedPartition | undefined)[] = [...read];
  await forEachSettled(resolved.entries(), WRITES_IN_FLIGHT_MAX, async ([index, each]) => {
    if (heldSince(member, each.key) === undefined) return;
    const right = { generation, epoch: rightTo(member, name.memberEpoch, each) };
    standing[index] = await raiseFence(deps, groupId, each, right, read[index]);
  });
  return resolved.map((each, index) => committedOffset(each, generation, standing[index]));
}

/** Resolves with what stands there once the fence does. @throws KafkaError STALE_MEMBER_EPOCH. */
async function raiseFence(
  { metadata, groups, offsets, runtime }: OffsetsDeps,
  groupId: string,
  named: ResolvedPartition,
  right: CommitRight,
  read: StoredPartition | undefined,
): Promise<CommittedPartition | undefined> {
  let standing = read;
  for (let race = 1; race <= RACES_MAX; race += 1) {
    const decision = decideFence(standing, right);
    if (decision.kind === 'stands') return standing;
    if (decision.kind === 'fenced') throw stale(`Partition ${nameOf(named)} was assigned to another member.`);
    if (standing !== undefined && standing.generation !== right.generation) {
      // Of an earlier group, or of a later one? The group as it is now tells, because it is read after what stands there.
      const current = await groups.read(groupId);
      if (current?.group.generation !== right.generation) throw stale('The group was deleted meanwhile.');
    }
    const put = putCommitted(groupId, named.key, decision.next, standing);
    if ((await conditionalWrite(metadata, [put])) === 'done') return decision.next;
    await backOff(runtime, 1);
    standing = await offsets.get(groupId, named.key);
  }
  throw new KafkaError(
    'COORDINATOR_LOAD_IN_PROGRESS',
    `Partition ${nameOf(named)} changes too often. Ask again.`,
  );
}
