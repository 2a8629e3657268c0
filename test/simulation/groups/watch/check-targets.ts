import { type Group, subscribedTopicIds } from '../../../../lib/group/group.ts';
import { LEAVE_STATIC_EPOCH } from '../../../../lib/group/types.ts';
import { common, type Part, partOf, partsOf } from './part.ts';

type Problem = (fact: string) => void;

/** Everything that anybody subscribes to is to be somebody's, once, and a subscriber's. */
export function checkTargets(group: Group, problem: Problem): void {
  const owners = new Map<Part, string>();
  const wanted = new Set<Part>();
  for (const member of group.members.values()) {
    const own = partsOfTopics(group, subscribedTopicIds(group, member.subscription));
    for (const part of own) wanted.add(part);
    for (const part of partsOf(member.target)) {
      if (owners.has(part))
        problem(`target: ${part} is to be ${owners.get(part)}'s and ${member.memberId}'s`);
      if (!own.has(part))
        problem(`target: ${member.memberId} is to have ${part}, and does not subscribe to it`);
      owners.set(part, member.memberId);
    }
  }
  for (const part of wanted) if (!owners.has(part)) problem(`target: nobody is to have ${part}`);
}

function partsOfTopics({ topics }: Group, topicIds: ReadonlySet<string>): Set<Part> {
  const parts = new Set<Part>();
  for (const topicId of topicIds) {
    const count = topics.get(topicId)?.partitionCount ?? 0;
    for (let partition = 0; partition < count; partition += 1) parts.add(partOf({ topicId, partition }));
  }
  return parts;
}

/** Whether `uniform` assigns, and all subscribe to the same topics: only then is it plain what the best is. */
export function isEven(group: Group): boolean {
  const members = Array.from(group.members.values());
  const votes = (name: string) => members.filter(({ assignor }) => assignor === name).length;
  if (votes('range') > votes('uniform')) return false;
  const topics = members.map(({ subscription }) =>
    Array.from(subscribedTopicIds(group, subscription)).sort().join(),
  );
  return new Set(topics).size === 1;
}

/** Nobody is to have two partitions more than anybody else. */
export function checkBalance(group: Group, problem: Problem): void {
  const counts = Array.from(group.members.values(), ({ target }) => partsOf(target).size);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (isEven(group) && most - least > 1)
    problem(`balance: somebody is to have ${most} partitions, and somebody ${least}`);
}

/**
 * No partition is taken from a member that could have kept it: at best everybody keeps a fair share, and the fullest
 * one more where the partitions do not divide. To be asked of two groups an epoch apart.
 */
export function checkStickiness(before: Group, after: Group, problem: Problem): void {
  if (!isEven(after) || after.epoch !== before.epoch + 1) return;
  const all = new Set<Part>();
  for (const { target } of after.members.values()) for (const part of partsOf(target)) all.add(part);
  const share = Math.floor(all.size / after.members.size);
  let withOneMore = all.size % after.members.size;
  let [best, kept] = [0, 0];
  for (const { memberId, target, instanceId } of after.members.values()) {
    const earlier = before.members.get(memberId) ?? formerOf(before, instanceId);
    const had = common(partsOf(earlier?.target ?? new Map()), all);
    kept += common(had, partsOf(target)).size;
    const isFull = had.size > share && withOneMore > 0;
    if (isFull) withOneMore -= 1;
    best += Math.min(had.size, isFull ? share + 1 : share);
  }
  if (kept < best) problem(`stickiness: members keep ${kept} partitions, and could have kept ${best}`);
}

/** A static member that had left for a while, and has come back under another member id. */
const formerOf = ({ members }: Group, instanceId: string | undefined) =>
  members.values().find((member) => member.epoch === LEAVE_STATIC_EPOCH && member.instanceId === instanceId);
