import { KafkaError, type KafkaErrorName } from '../../kafka/errors.ts';
import type { ConsumerGroups, HeartbeatAnswer, MemberName } from '../types.ts';
import { JOIN_EPOCH, LEAVE_EPOCH } from '../types.ts';
import { autoCommit } from './commit-positions.ts';
import type { InstanceDeps } from './deps.ts';
import { followAnswer, ownedTopics, withoutMembership } from './follow-assignment.ts';
import type { Session } from './session.ts';

/** Letting go, and hearing of the next epoch, and joining again before, take three. */
const HEARTBEATS_MAX = 8;

/** The group knows the member no more, or not as it speaks: it has lost its partitions, and has to join again. */
const LOST: readonly KafkaErrorName[] = ['UNKNOWN_MEMBER_ID', 'FENCED_MEMBER_EPOCH', 'GROUP_ID_NOT_FOUND'];

const isLost = (error: unknown): boolean => error instanceof KafkaError && LOST.includes(error.error);

/**
 * Speaks for the member of a subscribed instance, and follows what it hears. What the member shall let go of is dropped
 * from the instance first, so that no read that is under way can return it any more, and then reported at once, so that
 * the others need not wait for the next read.
 *
 * @throws InstanceMoved; KafkaError as ConsumerGroups.heartbeat.
 */
export async function heartbeat(deps: InstanceDeps, session: Session): Promise<void> {
  for (let beat = 1; beat <= HEARTBEATS_MAX; beat += 1) {
    const answer = await speak(deps, session);
    if (answer === undefined) {
      session.current = withoutMembership(session.current);
      await session.save();
      continue;
    }
    const { instance, lost } = followAnswer(session.current, answer);
    if (lost.length > 0) await autoCommit(deps, session, lost);
    const { autoCommittedMs } = session.current;
    session.current = instance === session.current ? instance : { ...instance, autoCommittedMs };
    if (lost.length === 0) return;
    await session.save();
  }
}

/** @returns `undefined` when the member has to join again. */
async function speak(
  { groups, limits: { timeoutMs } }: InstanceDeps,
  { groupId, instanceName, current }: Session,
): Promise<HeartbeatAnswer | undefined> {
  const { reads, held } = current;
  if (reads.kind !== 'subscription')
    throw new Error('assertion failed: only a subscribed instance has a member');
  const { memberId, memberEpoch } = reads.member;
  const isJoin = memberEpoch === JOIN_EPOCH;
  try {
    return await groups.heartbeat(groupId, {
      memberId,
      memberEpoch,
      clientId: instanceName,
      rebalanceTimeoutMs: timeoutMs,
      sessionTimeoutMs: timeoutMs,
      subscribedTopicNames: reads.subscription.topicNames,
      subscribedTopicRegex: reads.subscription.pattern ?? '',
      principal: reads.subscription.principal,
      ...(!isJoin && { ownedPartitions: ownedTopics(held) }),
    });
  } catch (error) {
    if (isJoin || !isLost(error)) throw error;
    return undefined;
  }
}

/** Lets a member leave; that it has gone already is no error. */
export async function leave(
  groups: ConsumerGroups,
  groupId: string,
  { memberId }: MemberName,
): Promise<void> {
  try {
    await groups.heartbeat(groupId, { memberId, memberEpoch: LEAVE_EPOCH });
  } catch (error) {
    if (!isLost(error)) throw error;
  }
}
