import type { AssignedTopic, GroupListing, MemberDescription } from '../../group/types.ts';
import { type Asking, clusterAction, describable, groupAction, isPermitted, permitted } from './authorize.ts';

/** Groups as the caller may see them: all with Cluster DESCRIBE, else those with DESCRIBE (Kafka's ListGroups). */
export async function listedGroups(
  asking: Asking,
  groups: readonly GroupListing[],
): Promise<readonly GroupListing[]> {
  if (await isPermitted(asking, clusterAction('DESCRIBE'))) return groups;
  return permitted(asking, groups, ({ groupId }) => groupAction('DESCRIBE', groupId));
}

/** Members with those of their topics that the caller may DESCRIBE. A pattern is no name of a topic, and stays. */
export async function visibleMembers(
  asking: Asking,
  members: readonly MemberDescription[],
): Promise<readonly MemberDescription[]> {
  if (asking.api.authorizer === undefined) return members;
  const names = new Set(members.flatMap(namesIn));
  const shown = new Set(await describable(asking, Array.from(names), (name) => name));
  const visible = (topics: readonly AssignedTopic[]) =>
    topics.filter(({ topicName }) => shown.has(topicName));
  return members.map((member) => ({
    ...member,
    subscribedTopicNames: member.subscribedTopicNames.filter((name) => shown.has(name)),
    assignment: visible(member.assignment),
    targetAssignment: visible(member.targetAssignment),
  }));
}

const namesIn = ({ subscribedTopicNames, assignment, targetAssignment }: MemberDescription): string[] => [
  ...subscribedTopicNames,
  ...assignment.map(({ topicName }) => topicName),
  ...targetAssignment.map(({ topicName }) => topicName),
];
