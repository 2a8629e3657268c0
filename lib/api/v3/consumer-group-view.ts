import * as z from 'zod';
import type { GroupListing, GroupState } from '../../group/types.ts';
import type { Call } from '../http/call.ts';
import { groupCrn, groupUrl } from './consumer-group.ts';
import { clusterUrl, metadataSchema, relationshipSchema } from './links.ts';

/** The names of Kafka's constants, as Confluent's proxy writes them. */
const stateNames = { Empty: 'EMPTY', Reconciling: 'RECONCILING', Stable: 'STABLE' } as const satisfies Record<
  GroupState,
  string
>;

export const consumerGroupSchema = z.object({
  kind: z.literal('KafkaConsumerGroup'),
  metadata: metadataSchema,
  cluster_id: z.string(),
  consumer_group_id: z.string(),
  is_simple: z.boolean(),
  partition_assignor: z.string(),
  state: z.enum(Object.values(stateNames)),
  type: z.literal('CONSUMER'),
  is_mixed_consumer_group: z.boolean().describe('Whether it has members of the classic protocol: never.'),
  coordinator: relationshipSchema,
  consumers: relationshipSchema,
  lag_summary: relationshipSchema,
});

/** A group. Any broker coordinates any group: this one says that it does. */
export function consumerGroupView(
  call: Call<unknown, unknown>,
  { groupId, isSimple, assignor, state }: GroupListing,
): z.output<typeof consumerGroupSchema> {
  const { broker } = call.api;
  const self = groupUrl(call, groupId);
  return {
    kind: 'KafkaConsumerGroup',
    metadata: { self, resource_name: groupCrn(broker, groupId) },
    cluster_id: broker.clusterId,
    consumer_group_id: groupId,
    is_simple: isSimple,
    partition_assignor: assignor,
    state: stateNames[state],
    type: 'CONSUMER',
    is_mixed_consumer_group: false,
    coordinator: { related: `${clusterUrl(call, broker)}/brokers/${broker.brokerId}` },
    consumers: { related: `${self}/consumers` },
    lag_summary: { related: `${self}/lag-summary` },
  };
}
