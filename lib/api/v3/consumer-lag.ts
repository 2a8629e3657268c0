import * as z from 'zod';
import type { PartitionLag } from '../../group/types.ts';
import type { Offset } from '../../kafka/types.ts';
import { describable } from '../auth/authorize.ts';
import type { Call } from '../http/call.ts';
import { groupCrn, groupUrl, notFound, ofGroup } from './consumer-group.ts';
import { metadataSchema } from './links.ts';

/** How far a group is behind in a partition that it committed an offset for. */
export interface CommittedLag extends PartitionLag {
  readonly currentOffset: Offset;
  /** In records. */
  readonly lag: number;
}

const isCommitted = (lag: PartitionLag): lag is CommittedLag =>
  lag.currentOffset !== undefined && lag.lag !== undefined;

/**
 * A group's lags, in the order of topics and partitions. As with Confluent's proxy, partitions without a committed offset
 * do not stand among them, nor do topics that the caller may not DESCRIBE, and a group that has committed none has no lags
 * at all.
 *
 * @throws ApiError 404.
 */
export async function committedLags(call: Call<unknown, unknown>, groupId: string): Promise<CommittedLag[]> {
  const { broker, metrics } = call.api;
  const all = (await ofGroup(groupId, broker.groups.lags(groupId))).filter(isCommitted);
  if (all.length > 0) metrics.groupLag(Math.max(...all.map(({ lag }) => lag)));
  const lags = await describable(call, all, ({ topic }) => topic);
  if (lags.length > 0) return Array.from(lags);
  throw notFound(`Consumer group ${groupId} has committed no offsets.`);
}

export const lagSchema = z.object({
  kind: z.literal('KafkaConsumerLag'),
  metadata: metadataSchema,
  cluster_id: z.string(),
  consumer_group_id: z.string(),
  topic_name: z.string(),
  partition_id: z.int(),
  consumer_id: z.string().describe("'' when nobody owns the partition."),
  instance_id: z.string().nullable(),
  client_id: z.string(),
  current_offset: z.int(),
  log_end_offset: z.int(),
  lag: z.int(),
});

export function lagView(
  call: Call<unknown, unknown>,
  groupId: string,
  { topic, partition, owner, currentOffset, logEndOffset, lag }: CommittedLag,
): z.output<typeof lagSchema> {
  const { broker } = call.api;
  return {
    kind: 'KafkaConsumerLag',
    metadata: {
      self: `${groupUrl(call, groupId)}/lags/${topic}/partitions/${partition}`,
      resource_name: `${groupCrn(broker, groupId)}/lag=${topic}/partition=${partition}`,
    },
    cluster_id: broker.clusterId,
    consumer_group_id: groupId,
    topic_name: topic,
    partition_id: partition,
    consumer_id: owner?.memberId ?? '',
    instance_id: owner?.instanceId ?? null,
    client_id: owner?.clientId ?? '',
    current_offset: currentOffset,
    log_end_offset: logEndOffset,
    lag,
  };
}
