import { KafkaError } from '../../kafka/errors.ts';
import type { PartitionKey } from '../../storage/head.ts';
import type { Group, Member } from '../group.ts';
import { assignmentEpochOf } from '../owned.ts';
import type { MemberName, TopicPartition } from '../types.ts';

export const stale = (message: string): KafkaError => new KafkaError('STALE_MEMBER_EPOCH', message);

/**
 * The member that speaks.
 * @throws KafkaError GROUP_ID_NOT_FOUND, UNKNOWN_MEMBER_ID; STALE_MEMBER_EPOCH for an epoch that it never had.
 */
export function speakingMember(group: Group | undefined, { memberId, memberEpoch }: MemberName): Member {
  if (group === undefined) {
    throw new KafkaError('GROUP_ID_NOT_FOUND', 'There is no such group: join it with member_epoch 0.');
  }
  const member = group.members.get(memberId);
  if (member === undefined) {
    throw new KafkaError('UNKNOWN_MEMBER_ID', `The group has no member ${memberId}: it has to join again.`);
  }
  if (memberEpoch > member.epoch || memberEpoch < 0) {
    throw stale(`Member ${memberId} is at epoch ${member.epoch}, not ${memberEpoch}.`);
  }
  return member;
}

/** The assignment epoch by which a member holds a partition, also one that it has still to let go of. */
export function heldSince(member: Member, { topicId, partition }: PartitionKey): number | undefined {
  return (
    assignmentEpochOf(member.assigned, topicId, partition) ??
    assignmentEpochOf(member.revoking, topicId, partition)
  );
}

/**
 * The assignment epoch by which a member may commit for a partition: it holds it, and knew so at the epoch under which
 * it speaks (KIP-1251).
 *
 * @throws KafkaError STALE_MEMBER_EPOCH.
 */
export function rightTo(
  member: Member,
  memberEpoch: number,
  { topic, partition, key }: TopicPartition & { readonly key: PartitionKey },
): number {
  const since = heldSince(member, key);
  if (since !== undefined && since <= memberEpoch) return since;
  const { memberId } = member;
  throw stale(
    since === undefined
      ? `Partition ${topic}-${partition} is not assigned to member ${memberId}.`
      : `Partition ${topic}-${partition} was assigned to member ${memberId} at epoch ${since}, and it speaks at epoch ${memberEpoch}.`,
  );
}
