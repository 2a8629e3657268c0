import { type Draft, dispensable, take } from './draft.ts';

/**
 * Where all consumers subscribe to the same topics: nobody keeps more than a fair share, of n/m partitions rounded down
 * or up. The fullest members keep one more, which is what leaves most partitions where they are. Those released belong
 * to nobody then.
 */
export function releaseSurplus({ members, topics }: Draft): void {
  const consumers = members.filter(({ topicIds }) => topicIds.size > 0);
  if (topics.some(({ subscribers }) => subscribers.length < consumers.length)) return;
  const partitions = topics.reduce((sum, { owners }) => sum + owners.length, 0);
  const share = Math.floor(partitions / consumers.length);
  const withOneMore = partitions % consumers.length;
  const byLoad = consumers.toSorted((a, b) => b.load - a.load);
  byLoad.forEach((member, index) => {
    const keep = index < withOneMore ? share + 1 : share;
    while (member.load > keep) {
      const [topic, partition] = dispensable(member, member.topicIds);
      take(member, topic, partition);
      topic.owners[partition] = undefined;
    }
  });
}
