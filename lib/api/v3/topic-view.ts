import * as z from 'zod';
import type { Topic } from '../../cluster/types.ts';
import type { Call } from '../http/call.ts';
import { metadataSchema, relationshipSchema, topicUrl } from './links.ts';

/** S3 or the disk replicates; to Kafka's clients there is one replica, and it is always in sync. */
const REPLICATION_FACTOR = 1;

export const topicSchema = z.object({
  kind: z.literal('KafkaTopic'),
  metadata: metadataSchema,
  cluster_id: z.string(),
  topic_name: z.string(),
  is_internal: z.boolean(),
  replication_factor: z.int(),
  partitions_count: z.int(),
  partitions: relationshipSchema,
  configs: relationshipSchema,
  partition_reassignments: relationshipSchema,
});

export function topicView(call: Call<unknown, unknown>, topic: Topic): z.output<typeof topicSchema> {
  const { broker } = call.api;
  const self = topicUrl(call, broker, topic);
  return {
    kind: 'KafkaTopic',
    metadata: { self, resource_name: `crn:///kafka=${broker.clusterId}/topic=${topic.name}` },
    cluster_id: broker.clusterId,
    topic_name: topic.name,
    is_internal: false,
    replication_factor: REPLICATION_FACTOR,
    partitions_count: topic.partitionCount,
    partitions: { related: `${self}/partitions` },
    configs: { related: `${self}/configs` },
    partition_reassignments: { related: `${self}/partitions/-/reassignment` },
  };
}
