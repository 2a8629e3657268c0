import * as z from 'zod';
import type { AssignedTopic } from '../../group/types.ts';

export const assignmentSchema = z.object({
  topic_partitions: z.array(
    z.object({ topic_id: z.string(), topic_name: z.string(), partitions: z.array(z.int()) }),
  ),
});

/** Partitions as Kafka's ConsumerGroupHeartbeat and ConsumerGroupDescribe answer with them. */
export function assignmentView(assigned: readonly AssignedTopic[]): z.output<typeof assignmentSchema> {
  return {
    topic_partitions: assigned.map(({ topicId, topicName, partitions }) => ({
      topic_id: topicId,
      topic_name: topicName,
      partitions: Array.from(partitions),
    })),
  };
}
