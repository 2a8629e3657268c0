import { partitionsOf } from '../../../../lib/group/owned.ts';
import { matchingTopics } from '../../../../lib/group/topic-pattern.ts';
import type { TopicSubscription } from '../story/group-story.ts';
import { isSameParts, type Part, partOf, partsOf } from '../watch/part.ts';
import type { GroupWorld } from '../world/group-world.ts';

/**
 * What is still missing until a group has come to rest: all who believe to be members are, and nobody else is; each owns
 * what the group thinks, and that is what it shall; and together they own all that they subscribe to.
 */
export async function unsettled(world: GroupWorld, groupId: string): Promise<string | undefined> {
  const live = world.members.of(groupId);
  const { group } = world.watch.record(groupId);
  const standing = Array.from(group?.members.keys() ?? []);
  const dead = standing.filter((memberId) => !live.some((member) => member.memberId === memberId));
  if (dead.length > 0) return `it still counts ${dead} among its members`;
  const wanted = new Set<Part>();
  const owned = new Set<Part>();
  for (const member of live) {
    const standing = group?.members.get(member.memberId);
    if (group === undefined || standing === undefined) return `${member.memberId} is not in it`;
    if (member.epoch !== group.epoch || standing.epoch !== group.epoch)
      return `${member.memberId} is at epoch ${member.epoch}, the group at ${group.epoch}`;
    const assigned = partsOf(partitionsOf(standing.assigned));
    if (!isSameParts(assigned, partsOf(standing.target)))
      return `${member.memberId} has not all that it shall`;
    const own = new Set(member.owned.keys());
    if (!isSameParts(own, assigned))
      return `${member.memberId} believes to own ${[...own]}, and owns ${[...assigned]}`;
    for (const part of own) owned.add(part);
    for (const part of await partsFor(world, member.subscription)) wanted.add(part);
  }
  return isSameParts(owned, wanted)
    ? undefined
    : `${[...owned]} is owned, and ${[...wanted]} is subscribed to`;
}

/** All partitions of the topics that there are, and that a subscription leads to. */
async function partsFor(world: GroupWorld, { names, pattern }: TopicSubscription): Promise<Set<Part>> {
  const topics = await world.topics();
  const all = topics.map(({ name }) => name);
  const matched = pattern === undefined ? [] : await matchingTopics(pattern, all);
  const parts = new Set<Part>();
  for (const { id, name, partitionCount } of topics) {
    if (!names.includes(name) && !matched.includes(name)) continue;
    for (let partition = 0; partition < partitionCount; partition += 1)
      parts.add(partOf({ topicId: id, partition }));
  }
  return parts;
}

/** Whether every member has read and committed all that there is in what it owns. */
export const areDone = (world: GroupWorld, groupId: string): boolean =>
  world.members.of(groupId).every(({ owned }) =>
    owned.values().every(({ key, position, committed }) => {
      const end = world.logEnd(key);
      return position === end && committed === end;
    }),
  );
