import * as z from 'zod';
import { onGroup } from '../auth/needs.ts';
import type { Call } from '../http/call.ts';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { consumerUrl } from './consumer.ts';
import { GROUP_PATH, groupCrn, groupParameters, groupUrl } from './consumer-group.ts';
import { type CommittedLag, committedLags } from './consumer-lag.ts';
import { checkCluster, metadataSchema, relationshipSchema, topicUrl } from './links.ts';

const summarySchema = z.object({
  kind: z.literal('KafkaConsumerGroupLagSummary'),
  metadata: metadataSchema,
  cluster_id: z.string(),
  consumer_group_id: z.string(),
  max_lag_consumer_id: z.string().describe("'' when nobody owns the partition."),
  max_lag_instance_id: z.string().nullable(),
  max_lag_client_id: z.string(),
  max_lag_topic_name: z.string(),
  max_lag_partition_id: z.int(),
  max_lag: z.int(),
  total_lag: z.int(),
  max_lag_consumer: relationshipSchema,
  max_lag_partition: relationshipSchema,
});

function summaryView(
  call: Call<unknown, unknown>,
  groupId: string,
  lags: readonly CommittedLag[],
): z.output<typeof summarySchema> {
  const { broker } = call.api;
  const worst = lags.reduce((most, each) => (each.lag > most.lag ? each : most));
  const { topic, partition, owner, lag } = worst;
  return {
    kind: 'KafkaConsumerGroupLagSummary',
    metadata: {
      self: `${groupUrl(call, groupId)}/lag-summary`,
      resource_name: `${groupCrn(broker, groupId)}/lag-summary`,
    },
    cluster_id: broker.clusterId,
    consumer_group_id: groupId,
    max_lag_consumer_id: owner?.memberId ?? '',
    max_lag_instance_id: owner?.instanceId ?? null,
    max_lag_client_id: owner?.clientId ?? '',
    max_lag_topic_name: topic,
    max_lag_partition_id: partition,
    max_lag: lag,
    total_lag: lags.reduce((total, each) => total + each.lag, 0),
    // Where nobody owns it, this leads to all of them, as with Confluent's proxy.
    max_lag_consumer: {
      related:
        owner === undefined
          ? `${groupUrl(call, groupId)}/consumers`
          : consumerUrl(call, groupId, owner.memberId),
    },
    max_lag_partition: { related: `${topicUrl(call, broker, { name: topic })}/partitions/${partition}` },
  };
}

export const getConsumerLagSummary = defineRoute({
  method: 'get',
  path: `${GROUP_PATH}/lag-summary`,
  dialect: 'v3',
  needs: { path: [onGroup('DESCRIBE', 'consumer_group_id')], more: 'sums up topics with DESCRIBE' },
  summary: 'Tell how far a consumer group is behind: in all, and where most.',
  params: groupParameters,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'The summary.', schema: summarySchema } },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const groupId = call.params.consumer_group_id;
    return call.json(summaryView(call, groupId, await committedLags(call, groupId)));
  },
});
