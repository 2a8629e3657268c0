import { KafkaError } from '../../kafka/errors.ts';
import type { Group, Member } from '../group.ts';
import { partitionsOf } from '../owned.ts';
import { isSubset, type TopicPartitions } from '../topic-partitions.ts';
import { type Heartbeat, JOIN_EPOCH, LEAVE_STATIC_EPOCH } from '../types.ts';

/** The member with a `group.instance.id`, whatever its member id. */
export function staticMember(group: Group, instanceId: string): Member | undefined {
  return group.members.values().find((member) => member.instanceId === instanceId);
}

/**
 * The member that a heartbeat which is no join speaks for.
 * @throws KafkaError UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID.
 */
export function knownMember(group: Group, { memberId, instanceId }: Heartbeat): Member {
  if (instanceId !== undefined) {
    const standing = staticMember(group, instanceId);
    if (standing !== undefined && standing.memberId !== memberId) {
      throw new KafkaError(
        'FENCED_INSTANCE_ID',
        `Static member ${memberId} with instance id ${instanceId} was fenced by member ${standing.memberId}.`,
      );
    }
  }
  const member = group.members.get(memberId);
  if (member !== undefined && (instanceId === undefined || member.instanceId === instanceId)) return member;
  throw new KafkaError(
    'UNKNOWN_MEMBER_ID',
    `The group has no member ${memberId}${instanceId === undefined ? '' : ` with instance id ${instanceId}`}: join again with member_epoch 0.`,
  );
}

/**
 * Whether a member may speak under an epoch: its own; or the one before, when the answer that told it the present one
 * was lost, which shows in that it owns no more than it may (KIP-848). Epoch 0 joins again.
 *
 * @param mayBeOwn It may be this very heartbeat, sent once and decided twice, that has raised the epoch.
 * @throws KafkaError FENCED_MEMBER_EPOCH.
 */
export function checkEpoch(
  member: Member,
  epoch: number,
  reported: TopicPartitions | undefined,
  mayBeOwn: boolean,
): void {
  if (epoch === JOIN_EPOCH || epoch === member.epoch) return;
  const isBehindByOne =
    member.epoch !== LEAVE_STATIC_EPOCH &&
    epoch === member.previousEpoch &&
    (reported === undefined ? mayBeOwn : isSubset(reported, partitionsOf(member.assigned)));
  if (isBehindByOne) return;
  throw new KafkaError(
    'FENCED_MEMBER_EPOCH',
    `Member ${member.memberId} is at epoch ${member.epoch}, not ${epoch}: it must abandon all its partitions and join again with member_epoch 0.`,
  );
}
