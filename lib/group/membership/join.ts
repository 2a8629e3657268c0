import { KafkaError } from '../../kafka/errors.ts';
import { type Group, type Member, withMember } from '../group.ts';
import { giveOwned, NOTHING, partitionsOf } from '../owned.ts';
import { type Heartbeat, LEAVE_STATIC_EPOCH } from '../types.ts';
import type { DecideContext } from './context.ts';
import { withoutMembers } from './expire.ts';
import { staticMember } from './identify.ts';

/** Kafka's `max.poll.interval.ms`, which its consumers send. */
const REBALANCE_TIMEOUT_MS = 300_000;

/**
 * The group with the member that joins, and whether it has to begin a new epoch for it. One that is there already joins
 * again and stays who it is: its first join may have been answered, and the answer lost.
 *
 * @throws KafkaError UNRELEASED_INSTANCE_ID, GROUP_MAX_SIZE_REACHED.
 */
export function joinGroup(
  group: Group,
  heartbeat: Heartbeat,
  context: DecideContext,
): { readonly group: Group; readonly isChanged: boolean } {
  const { memberId, instanceId } = heartbeat;
  const standing = instanceId === undefined ? undefined : staticMember(group, instanceId);
  if (standing !== undefined && (standing.memberId !== memberId || standing.epoch === LEAVE_STATIC_EPOCH)) {
    return { group: replaceStatic(group, standing, heartbeat, context), isChanged: true };
  }
  const known = group.members.get(memberId);
  if (known !== undefined) {
    if (known.instanceId !== instanceId) throw otherIdentity(memberId);
    return { group, isChanged: false };
  }
  if (group.members.size >= context.limits.membersMax) {
    throw new KafkaError(
      'GROUP_MAX_SIZE_REACHED',
      `The group has ${group.members.size} members, and may have no more (group.consumer.max.size).`,
    );
  }
  const joined: Member = {
    memberId,
    instanceId,
    rackId: undefined,
    clientId: undefined,
    epoch: 0,
    previousEpoch: 0,
    subscription: { topicNames: [], pattern: undefined },
    assignor: undefined,
    rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
    sessionTimeoutMs: heartbeat.sessionTimeoutMs ?? context.limits.sessionTimeoutMs,
    joinedMs: context.nowMs,
    assigned: NOTHING,
    revoking: NOTHING,
    revokingSinceMs: undefined,
    target: new Map(),
  };
  return { group: withMember(group, joined), isChanged: true };
}

/**
 * A static member comes back under a member id of its new life, to the partitions that waited for it. It holds them from
 * the next epoch on, so that commits of its former life are told from its own.
 */
function replaceStatic(group: Group, former: Member, { memberId }: Heartbeat, context: DecideContext): Group {
  if (former.epoch !== LEAVE_STATIC_EPOCH) {
    throw new KafkaError(
      'UNRELEASED_INSTANCE_ID',
      `Member ${former.memberId} has instance id ${former.instanceId}: it has to leave first, or its session has to end.`,
    );
  }
  if (memberId !== former.memberId && group.members.has(memberId)) throw otherIdentity(memberId);
  const returned: Member = {
    ...former,
    memberId,
    epoch: 0,
    previousEpoch: 0,
    joinedMs: context.nowMs,
    assigned: giveOwned(NOTHING, partitionsOf(former.assigned), group.epoch + 1),
    revoking: NOTHING,
    revokingSinceMs: undefined,
  };
  return withMember(withoutMembers(group, [former]), returned);
}

const otherIdentity = (memberId: string): KafkaError =>
  new KafkaError(
    'INVALID_REQUEST',
    `Member id ${memberId} belongs to a member with another instance_id: every member needs an id of its own.`,
  );
