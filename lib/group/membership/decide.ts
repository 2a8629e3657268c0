import { type Group, type Member, withMember } from '../group.ts';
import { NOTHING, partitionsOf } from '../owned.ts';
import { isEqual, type TopicPartitions } from '../topic-partitions.ts';
import {
  type Heartbeat,
  type HeartbeatAnswer,
  JOIN_EPOCH,
  LEAVE_EPOCH,
  LEAVE_STATIC_EPOCH,
} from '../types.ts';
import { assignedTopics } from './assigned-topics.ts';
import type { DecideContext } from './context.ts';
import { type LastHeartbeats, overdueMembers, withoutMembers } from './expire.ts';
import { checkEpoch, knownMember } from './identify.ts';
import { joinGroup } from './join.ts';
import { followTopics, rebalance } from './rebalance.ts';
import { reconcile } from './reconcile.ts';
import { resolveOwned } from './resolve-owned.ts';
import { isEqualSubscription, updateMember } from './update-member.ts';

/** What a heartbeat makes of a group, and what its member hears (KIP-848 ConsumerGroupHeartbeat). */
export interface Decision {
  /** The group as it is from now on; the very same object when nothing has changed. */
  readonly group: Group;
  readonly answer: HeartbeatAnswer;
}

/** A heartbeat's first half: what it changes of members and subscriptions. */
export interface Admission {
  readonly group: Group;
  /** The group has to begin a new epoch, with new targets, before the second half. */
  readonly needsTarget: boolean;
  /** What the member says that it owns, by topic id; `undefined` when it does not say. */
  readonly reported: TopicPartitions | undefined;
}

/**
 * Takes in a heartbeat that `checkHeartbeat` has passed. Several can be, of different members, one after the other, before
 * one rebalance for all of them.
 *
 * @throws KafkaError as {@link ConsumerGroups.heartbeat}; then the group stays as it is.
 */
export function admit(group: Group, heartbeat: Heartbeat, context: DecideContext): Admission {
  const { memberId, memberEpoch } = heartbeat;
  if (memberEpoch === LEAVE_EPOCH) {
    const left = withoutMembers(group, [knownMember(group, heartbeat)]);
    return { group: left, needsTarget: true, reported: undefined };
  }
  if (memberEpoch === LEAVE_STATIC_EPOCH) {
    const member = knownMember(group, heartbeat);
    if (member.epoch === LEAVE_STATIC_EPOCH) return { group, needsTarget: false, reported: undefined };
    // It has stopped, so what it was asked to let go of, it has.
    const away = { ...member, epoch: LEAVE_STATIC_EPOCH, revoking: NOTHING, revokingSinceMs: undefined };
    return { group: withMember(group, away), needsTarget: false, reported: undefined };
  }
  const isJoin = memberEpoch === JOIN_EPOCH;
  const joined = isJoin ? joinGroup(group, heartbeat, context) : { group, isChanged: false };
  const before = isJoin ? memberOf(joined.group, memberId) : knownMember(group, heartbeat);
  const reported = isJoin ? new Map() : resolveOwned(joined.group, before, heartbeat.ownedPartitions);
  checkEpoch(before, memberEpoch, reported, context.mayBeOwn);
  const updated = updateMember(before, heartbeat);
  const needsTarget =
    joined.isChanged ||
    updated.assignor !== before.assignor ||
    !isEqualSubscription(updated.subscription, before.subscription);
  return {
    group: updated === before ? joined.group : withMember(joined.group, updated),
    needsTarget,
    reported,
  };
}

/**
 * A heartbeat's second half: brings its member nearer to its target, and answers it.
 *
 * A member that speaks under the epoch before has not heard of its present one, and is told that first. Kafka goes on at
 * once, so that a second answer that is lost leaves its member two epochs behind, and fenced.
 */
export function conclude(
  group: Group,
  heartbeat: Heartbeat,
  reported: TopicPartitions | undefined,
  { nowMs, limits }: DecideContext,
): Decision {
  const { memberId, memberEpoch } = heartbeat;
  const answer = { memberId, heartbeatIntervalMs: limits.heartbeatIntervalMs };
  if (memberEpoch < JOIN_EPOCH) return { group, answer: { ...answer, memberEpoch, assignment: undefined } };
  const before = memberOf(group, memberId);
  const hasHeard = memberEpoch === JOIN_EPOCH || memberEpoch === before.epoch;
  const next = hasHeard ? reconcile(group, before, reported, nowMs) : group;
  const member = memberOf(next, memberId);
  const assigned = partitionsOf(member.assigned);
  const isKnown = memberEpoch !== JOIN_EPOCH && reported !== undefined && isEqual(reported, assigned);
  const assignment = isKnown ? undefined : assignedTopics(next, assigned);
  return { group: next, answer: { ...answer, memberEpoch: member.epoch, assignment } };
}

/**
 * What time and the topics make of a group: members whose time is over leave, and topics that have come, gone or grown
 * begin a new epoch. The very same object when nothing has changed.
 *
 * @param heard When each member was last heard of, where somebody has looked.
 */
export function decideChanges(
  group: Group,
  heard: LastHeartbeats | undefined,
  { nowMs, catalog }: Pick<DecideContext, 'nowMs' | 'catalog'>,
): Group {
  const overdue = overdueMembers(group, heard, nowMs);
  if (overdue.length > 0) return rebalance(withoutMembers(group, overdue), nowMs, catalog);
  return catalog === undefined ? group : followTopics(group, nowMs, catalog);
}

function memberOf(group: Group, memberId: string): Member {
  const member = group.members.get(memberId);
  if (member === undefined) throw new Error(`assertion failed: the group has member ${memberId}`);
  return member;
}
