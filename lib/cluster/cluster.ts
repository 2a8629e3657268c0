import type { MetadataStore } from '../storage/metadata-store.ts';
import type { BrokerConfig } from './broker-config.ts';
import { openClusterMeta } from './cluster-meta.ts';
import { StoredProducerIds } from './producer-ids.ts';
import { StoredTopics } from './topics.ts';
import type { ProducerIds, TopicRegistry } from './types.ts';
import { newUuid } from './uuid.ts';

export interface ClusterOptions {
  readonly store: MetadataStore;
  readonly config: BrokerConfig;
  readonly brokerId: number;
  /** A monotonic clock, in milliseconds. */
  readonly monotonicMs: () => number;
  /** Gives that many random bytes. @default the system's */
  readonly randomBytes?: (bytes: number) => Uint8Array;
}

export interface Cluster {
  /** A uuid in Kafka's form. */
  readonly clusterId: string;
  readonly topics: TopicRegistry;
  readonly producerIds: ProducerIds;
}

/**
 * Opens the cluster that a metadata store holds, or makes it, and finishes what a crash left undone.
 *
 * @throws FormatVersionError when a later release wrote the store; StoreErrors.
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { store, config, brokerId, monotonicMs, randomBytes } = options;
  const makeUuid = () => newUuid(randomBytes);
  const { clusterId } = await openClusterMeta(store, makeUuid);
  const topics = new StoredTopics({ store, config, brokerId, monotonicMs, newTopicId: makeUuid });
  await topics.finishDeletions();
  return { clusterId, topics, producerIds: new StoredProducerIds(store) };
}
