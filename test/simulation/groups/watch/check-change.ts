import type { Group, Member } from '../../../../lib/group/group.ts';
import { LEAVE_STATIC_EPOCH } from '../../../../lib/group/types.ts';
import { holdingsOf, isSameParts, partsOf } from './part.ts';

type Problem = (fact: string) => void;

/** What a group's item may become: epochs grow with what they count, and members move towards their targets only. */
export function checkChange(before: Group | undefined, after: Group, problem: Problem): void {
  if (before === undefined) return;
  if (before.generation !== after.generation) {
    problem('generation: a group was put over another one of its name');
    return;
  }
  if (after.epoch < before.epoch) problem(`group epoch: it fell from ${before.epoch} to ${after.epoch}`);
  if (after.epoch === before.epoch && isOtherEpoch(before, after))
    problem(`group epoch: members or targets changed, and it stayed ${after.epoch}`);
  checkInstances(before, after, problem);
  for (const member of after.members.values()) {
    const earlier = before.members.get(member.memberId);
    checkMember(earlier, member, after, problem);
  }
}

function isOtherEpoch(before: Group, after: Group): boolean {
  if (before.members.size !== after.members.size) return true;
  return after.members.values().some((member) => {
    const earlier = before.members.get(member.memberId);
    return earlier === undefined || !isSameParts(partsOf(earlier.target), partsOf(member.target));
  });
}

/** A static member is replaced only once it has left; or, by an epoch more, once its session is over. */
function checkInstances(before: Group, after: Group, problem: Problem): void {
  if (after.epoch !== before.epoch + 1) return;
  for (const { memberId, instanceId, epoch } of before.members.values()) {
    const successor = after.members.values().find((member) => member.instanceId === instanceId);
    const isReplaced = successor !== undefined && successor.memberId !== memberId;
    if (instanceId !== undefined && isReplaced && epoch !== LEAVE_STATIC_EPOCH)
      problem(`instance: ${successor.memberId} has taken the place of ${memberId}, which had not left`);
  }
}

function checkMember(before: Member | undefined, after: Member, group: Group, problem: Problem): void {
  const { memberId, epoch } = after;
  const isAway = [before?.epoch, epoch].includes(LEAVE_STATIC_EPOCH);
  if (epoch > group.epoch) problem(`member epoch: ${memberId} is at ${epoch}, above ${group.epoch}`);
  if (before !== undefined && !isAway && epoch < before.epoch)
    problem(`member epoch: that of ${memberId} fell from ${before.epoch} to ${epoch}`);
  const target = partsOf(after.target);
  const held = new Map(before && [...holdingsOf(before.assigned), ...holdingsOf(before.revoking)]);
  const holds = new Map([...holdingsOf(after.assigned), ...holdingsOf(after.revoking)]);
  for (const part of before === undefined ? [] : holds.keys()) {
    if (!held.has(part) && !target.has(part))
      problem(`target: ${memberId} was given ${part}, which is another's`);
  }
  for (const [part] of before === undefined ? [] : holdingsOf(before.assigned)) {
    if (!holds.has(part) && target.has(part))
      problem(`target: ${part} was taken from ${memberId}, which shall have it`);
  }
}
