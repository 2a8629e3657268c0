import type { ConsumerGroups, MemberName, OffsetToCommit } from '../../../../lib/group/types.ts';
import { KafkaError, type KafkaErrorName } from '../../../../lib/kafka/errors.ts';
import { asOffset } from '../../../../lib/kafka/types.ts';
import { checkCommitted, checkError, checkRefused } from '../watch/check-told.ts';
import type { SentCommit } from '../watch/commits.ts';
import { type Part, partOf } from '../watch/part.ts';
import type { GroupWorld } from '../world/group-world.ts';
import { noticingLooks } from '../world/looks.ts';
import type { Client } from './client.ts';
import type { GroupMember } from './group-member.ts';

/** Said of one partition they mean that it was not committed, and will not be. */
const REFUSALS: readonly KafkaErrorName[] = ['STALE_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID', 'GROUP_ID_NOT_FOUND'];

export type Committed = 'done' | 'refused' | 'unknown';

/** A member commits how far it has come in some of its partitions. */
export async function commitAs(
  world: GroupWorld,
  member: GroupMember,
  parts: readonly Part[],
): Promise<Committed> {
  const { groupId, memberId, epoch: memberEpoch, owned } = member;
  const { watch } = world;
  const name = { memberId, memberEpoch };
  const places = parts.flatMap((part) => {
    const partition = owned.get(part);
    const offset = partition?.position;
    return partition === undefined || offset === undefined ? [] : [{ part, partition, offset }];
  });
  const offsets = new Map(places.map(({ part, offset }) => [part, offset]));
  const sent = watch.commits.begin({ member: name, offsets, begun: watch.instants.next() });
  const toCommit = places.map(({ partition: { topic, key }, offset }) => ({
    topic,
    partition: key.partition,
    offset,
    metadata: sent.tag,
  }));
  const reply = await member.client.ask('commit', ({ groups }) =>
    commit(world, groups, { groupId, name, sent, toCommit }),
  );
  if (reply.kind === 'answer') {
    world.count('commits');
    for (const { partition, offset } of places) partition.committed = Math.max(partition.committed, offset);
    return 'done';
  }
  if (reply.kind === 'no answer' || !isRefusal(reply.error)) return 'unknown';
  world.count('commits refused');
  return 'refused';
}

/** Somebody who assigned the partition to himself commits an offset between its beginning (`to` 0) and its end (1). */
export async function commitAsNobody(
  world: GroupWorld,
  client: Client,
  act: { readonly groupId: string; readonly topic: string; readonly partition: number; readonly to: number },
): Promise<void> {
  const { groupId, topic, to } = act;
  await client.ask(
    'commit',
    async ({ topics, logs, groups }) => {
      const { id: topicId, partitionCount } = await topics.get(topic);
      const key = { topicId, partition: act.partition % partitionCount };
      const offset = asOffset(Math.floor((await logs.offsets(key)).next * to));
      const { commits, instants } = world.watch;
      const offsets = new Map([[partOf(key), offset]]);
      const sent = commits.begin({ member: undefined, offsets, begun: instants.next() });
      const toCommit = [{ topic, partition: key.partition, offset, metadata: sent.tag }];
      await commit(world, groups, { groupId, name: undefined, sent, toCommit });
      world.count('commits of nobody');
    },
    ['UNKNOWN_MEMBER_ID', 'REQUEST_TIMED_OUT'],
  );
}

interface Sending {
  readonly groupId: string;
  readonly name: MemberName | undefined;
  readonly sent: SentCommit;
  readonly toCommit: readonly OffsetToCommit[];
}

/** In a process of the broker: notes what became of the commit before anybody hears of it. */
async function commit(
  { watch }: GroupWorld,
  groups: ConsumerGroups,
  { groupId, name, sent, toCommit }: Sending,
): Promise<void> {
  const record = watch.record(groupId);
  if (name === undefined) record.sayings.hearMove(sent);
  const look = (): void => {
    sent.looked = Math.min(sent.looked, watch.instants.next());
  };
  try {
    await noticingLooks(look, () => groups.commitOffsets(groupId, name, toCommit));
  } catch (error) {
    sent.ended = watch.instants.next();
    checkError(record, sent, error, name);
    if (toCommit.length === 1 && isRefusal(error)) {
      sent.outcome = 'refused';
      checkRefused(record, sent);
    }
    throw error;
  }
  sent.ended = watch.instants.next();
  sent.outcome = 'done';
  checkCommitted(record, sent);
}

const isRefusal = (error: unknown): boolean => error instanceof KafkaError && REFUSALS.includes(error.error);
