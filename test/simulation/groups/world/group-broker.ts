import { type BrokerConfig, brokerConfigSchema } from '../../../../lib/cluster/broker-config.ts';
import { StoredTopics } from '../../../../lib/cluster/topics.ts';
import type { TopicRegistry } from '../../../../lib/cluster/types.ts';
import { newUuid } from '../../../../lib/cluster/uuid.ts';
import { openConsumerGroups } from '../../../../lib/group/consumer-groups.ts';
import type { ConsumerGroups } from '../../../../lib/group/types.ts';
import type { PartitionLogs } from '../../../../lib/log/types.ts';
import type { Stores } from '../../../../lib/storage/embedded.ts';
import type { SimulatedProcess } from '../../world/simulated-process.ts';
import type { Timing } from '../story/group-story.ts';
import { withLooks } from './looks.ts';

/** What a process of the broker runs. */
export interface GroupBroker {
  readonly logs: PartitionLogs;
  readonly topics: TopicRegistry;
  readonly groups: ConsumerGroups;
}

export const BROKER_ID = 1;

export const configOf = ({ heartbeatMs, sessionMs, retentionMinutes }: Timing): BrokerConfig =>
  brokerConfigSchema.parse({
    'group.consumer.heartbeat.interval.ms': heartbeatMs,
    'group.consumer.session.timeout.ms': sessionMs,
    'offsets.retention.minutes': retentionMinutes,
  });

/** Log, topics and groups as a process has them, on stores of its own way. */
export function openGroupBroker(
  process: SimulatedProcess,
  stores: Pick<Stores, 'objects' | 'metadata'>,
  config: BrokerConfig,
): GroupBroker {
  const { runtime } = process;
  const { metadata } = withLooks(stores);
  const logs = process.openLogs(stores);
  const topics = new StoredTopics({
    store: metadata,
    config,
    brokerId: BROKER_ID,
    monotonicMs: () => runtime.monotonicMs(),
    newTopicId: () => newUuid((length) => runtime.randomBytes(length)),
  });
  const groups = openConsumerGroups({ metadata, topics, logs, config, runtime });
  return { logs, topics, groups };
}
