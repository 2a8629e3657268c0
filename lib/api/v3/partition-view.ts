import * as z from 'zod';
import type { Topic } from '../../cluster/types.ts';
import type { Call } from '../http/call.ts';
import { metadataSchema, relationshipSchema, topicUrl } from './links.ts';

export const partitionSchema = z.object({
  kind: z.literal('KafkaPartition'),
  metadata: metadataSchema,
  cluster_id: z.string(),
  topic_name: z.string(),
  partition_id: z.int(),
  leader: relationshipSchema,
  replicas: relationshipSchema,
  reassignment: relationshipSchema,
});

export function partitionView(
  call: Call<unknown, unknown>,
  topic: Topic,
  partition: number,
): z.output<typeof partitionSchema> {
  const { broker } = call.api;
  const self = `${topicUrl(call, broker, topic)}/partitions/${partition}`;
  const resourceName = `crn:///kafka=${broker.clusterId}/topic=${topic.name}/partition=${partition}`;
  return {
    kind: 'KafkaPartition',
    metadata: { self, resource_name: resourceName },
    cluster_id: broker.clusterId,
    topic_name: topic.name,
    partition_id: partition,
    leader: { related: `${self}/replicas/${broker.brokerId}` },
    replicas: { related: `${self}/replicas` },
    reassignment: { related: `${self}/reassignment` },
  };
}
