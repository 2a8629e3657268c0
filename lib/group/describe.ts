import { type AssignorName, preferredAssignor } from './assignors/index.ts';
import type { Group, Member } from './group.ts';
import { assignedTopics } from './membership/assigned-topics.ts';
import { isSettled, memberStateOf } from './membership/reconcile.ts';
import { giveOwned, partitionsOf } from './owned.ts';
import type { GroupDescription, GroupListing, GroupState, MemberDescription } from './types.ts';

export function groupStateOf(group: Group): GroupState {
  if (group.members.size === 0) return 'Empty';
  return group.members.values().every((member) => isSettled(group, member)) ? 'Stable' : 'Reconciling';
}

const assignorOf = (group: Group): AssignorName =>
  preferredAssignor(group.members.values().map(({ assignor }) => assignor));

export function listGroup(groupId: string, group: Group): GroupListing {
  return {
    groupId,
    state: groupStateOf(group),
    memberCount: group.members.size,
    isSimple: group.epoch === 0,
    assignor: assignorOf(group),
  };
}

export function describeGroup(groupId: string, group: Group): GroupDescription {
  const members = Array.from(group.members.values(), (member) => describeMember(group, member));
  return {
    ...listGroup(groupId, group),
    groupEpoch: group.epoch,
    members: members.sort((a, b) => (a.memberId < b.memberId ? -1 : 1)),
  };
}

export function describeMember(group: Group, member: Member): MemberDescription {
  const { instanceId, clientId, rackId, subscription } = member;
  const held = giveOwned(member.assigned, partitionsOf(member.revoking), member.epoch);
  return {
    memberId: member.memberId,
    instanceId,
    clientId,
    rackId,
    memberEpoch: member.epoch,
    state: memberStateOf(member),
    subscribedTopicNames: subscription.topicNames,
    subscribedTopicRegex: subscription.pattern,
    assignment: assignedTopics(group, partitionsOf(held)),
    targetAssignment: assignedTopics(group, member.target),
  };
}
