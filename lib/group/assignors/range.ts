import type { Assign, AssignableMember } from './assignor.ts';

/**
 * Kafka's `range`: of each topic by itself, the first subscriber gets the first partitions, the next one the next, and
 * those that are left over make the first ranges longer by one. So topics with the same subscribers and as many
 * partitions are assigned alike, and records of one key meet in one member. What members have now does not count.
 */
export const range: Assign = ({ members, topics }) => {
  const sorted = Array.from(members).sort(byInstanceThenMemberId);
  const assignment = new Map(sorted.map(([id]) => [id, new Map<string, ReadonlySet<number>>()]));
  for (const topicId of Array.from(topics.keys()).sort()) {
    const subscribers = sorted.filter(([, { topicIds }]) => topicIds.has(topicId));
    const partitions = topics.get(topicId) ?? 0;
    subscribers.forEach(([id], index) => {
      const range = rangeOf(index, subscribers.length, partitions);
      if (range.size > 0) assignment.get(id)?.set(topicId, range);
    });
  }
  return assignment;
};

type Entry = readonly [id: string, member: AssignableMember];

/** Static members first, as in Kafka: an instance that comes back under another member id finds its range again. */
function byInstanceThenMemberId([idA, a]: Entry, [idB, b]: Entry): number {
  if (a.instanceId === b.instanceId) return idA < idB ? -1 : 1;
  if (a.instanceId === undefined) return 1;
  if (b.instanceId === undefined) return -1;
  return a.instanceId < b.instanceId ? -1 : 1;
}

/** The partitions of the subscriber at `index` among so many. */
function rangeOf(index: number, subscribers: number, partitions: number): ReadonlySet<number> {
  const least = Math.floor(partitions / subscribers);
  const withOneMore = partitions % subscribers;
  const first = least * index + Math.min(index, withOneMore);
  const count = index < withOneMore ? least + 1 : least;
  return new Set(Array.from({ length: count }, (_, offset) => first + offset));
}
