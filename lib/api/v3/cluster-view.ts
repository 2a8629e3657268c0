import * as z from 'zod';
import type { Call } from '../http/call.ts';
import { clusterUrl, metadataSchema, relationshipSchema } from './links.ts';

export const clusterSchema = z.object({
  kind: z.literal('KafkaCluster'),
  metadata: metadataSchema,
  cluster_id: z.string(),
  controller: relationshipSchema,
  acls: relationshipSchema,
  brokers: relationshipSchema,
  broker_configs: relationshipSchema,
  consumer_groups: relationshipSchema,
  topics: relationshipSchema,
  partition_reassignments: relationshipSchema,
});

export function clusterView(call: Call<unknown, unknown>): z.output<typeof clusterSchema> {
  const { broker } = call.api;
  const self = clusterUrl(call, broker);
  return {
    kind: 'KafkaCluster',
    metadata: { self, resource_name: `crn:///kafka=${broker.clusterId}` },
    cluster_id: broker.clusterId,
    controller: { related: `${self}/brokers/${broker.brokerId}` },
    acls: { related: `${self}/acls` },
    brokers: { related: `${self}/brokers` },
    broker_configs: { related: `${self}/broker-configs` },
    consumer_groups: { related: `${self}/consumer-groups` },
    topics: { related: `${self}/topics` },
    partition_reassignments: { related: `${self}/topics/-/partitions/-/reassignment` },
  };
}
