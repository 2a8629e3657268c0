import type { Group } from '../group.ts';
import type { TopicPartitions } from '../topic-partitions.ts';
import type { AssignedTopic } from '../types.ts';

/** Partitions with their topics' names, in the order of these. Those of topics that nobody knows any more are left out. */
export function assignedTopics({ topics }: Group, partitions: TopicPartitions): AssignedTopic[] {
  return Array.from(partitions)
    .flatMap(([topicId, numbers]): AssignedTopic[] => {
      const topic = topics.get(topicId);
      if (topic === undefined || numbers.size === 0) return [];
      return [{ topicId, topicName: topic.name, partitions: Array.from(numbers).sort((a, b) => a - b) }];
    })
    .sort((a, b) => (a.topicName < b.topicName ? -1 : 1));
}
