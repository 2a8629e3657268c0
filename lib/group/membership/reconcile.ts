import { type Group, type Member, withMember } from '../group.ts';
import { assignmentEpochOf, giveOwned, keepOwned, NOTHING, type Owned, partitionsOf } from '../owned.ts';
import { countOf, filter, has, isEqual, isSubset, type TopicPartitions } from '../topic-partitions.ts';
import type { MemberState } from '../types.ts';

/** What a member is doing, in KIP-848's words. */
export function memberStateOf({ assigned, revoking, target }: Member): MemberState {
  if (revoking.size > 0) return 'UNREVOKED_PARTITIONS';
  return isSubset(target, partitionsOf(assigned)) ? 'STABLE' : 'UNRELEASED_PARTITIONS';
}

/** Whether a member has followed the group to its present epoch, and has all that it shall. */
export function isSettled(group: Group, member: Member): boolean {
  return (
    member.epoch === group.epoch &&
    member.revoking.size === 0 &&
    isEqual(partitionsOf(member.assigned), member.target)
  );
}

/**
 * Brings a member one step nearer to its target, as Kafka's CurrentAssignmentBuilder does: what it shall not have any
 * more it is asked to let go of; once it has, it follows to the group's epoch, and gets what nobody else holds.
 *
 * @param reported What the member says that it owns; `undefined` when it does not say.
 */
export function reconcile(
  group: Group,
  member: Member,
  reported: TopicPartitions | undefined,
  nowMs: number,
): Group {
  if (isSettled(group, member)) return group;
  const isStillHeld = (revoking: Owned): boolean =>
    reported === undefined || countOf(filter(reported, (...each) => holds(revoking, ...each))) > 0;
  if (member.revoking.size > 0 && isStillHeld(member.revoking)) return group;

  const released: Member = { ...member, revoking: NOTHING, revokingSinceMs: undefined };
  const kept = keepOwned(released.assigned, (...each) => has(released.target, ...each));
  const excess = keepOwned(released.assigned, (...each) => !has(released.target, ...each));
  if (excess.size > 0 && isStillHeld(excess)) {
    return withMember(group, { ...released, assigned: kept, revoking: excess, revokingSinceMs: nowMs });
  }
  const isTaken = heldByOthers(group, member.memberId);
  const given = filter(released.target, (...each) => !holds(kept, ...each) && !isTaken(...each));
  const follows: Member = {
    ...released,
    epoch: group.epoch,
    previousEpoch: released.epoch === group.epoch ? released.previousEpoch : released.epoch,
    assigned: giveOwned(kept, given, group.epoch),
  };
  return isUnchanged(member, follows) ? group : withMember(group, follows);
}

const holds = (owned: Owned, topicId: string, partition: number): boolean =>
  assignmentEpochOf(owned, topicId, partition) !== undefined;

/** Whether some other member has a partition, or has not let go of it yet. */
function heldByOthers(group: Group, memberId: string): (topicId: string, partition: number) => boolean {
  const others = Array.from(group.members.values()).filter((other) => other.memberId !== memberId);
  const held = new Map<string, Set<number>>();
  for (const { assigned, revoking } of others) {
    for (const owned of [assigned, revoking]) {
      for (const [topicId, epochs] of owned) {
        const numbers = held.get(topicId) ?? new Set();
        held.set(topicId, numbers);
        for (const partition of epochs.keys()) numbers.add(partition);
      }
    }
  }
  return (topicId, partition) => has(held, topicId, partition);
}

function isUnchanged(before: Member, after: Member): boolean {
  return (
    before.epoch === after.epoch &&
    before.revoking.size === after.revoking.size &&
    isEqual(partitionsOf(before.assigned), partitionsOf(after.assigned))
  );
}
