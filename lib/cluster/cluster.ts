import { randomBytes as systemRandomBytes } from 'node:crypto';
import type { MetadataStore } from '../storage/metadata-store.ts';
import { type AclStore, StoredAcls } from './acls/acl-store.ts';
import type { BrokerConfig } from './broker-config.ts';
import { findClusterMeta, openClusterMeta } from './cluster-meta.ts';
import { StoredProducerIds } from './producer-ids.ts';
import { StoredTopics } from './topics.ts';
import type { ProducerIds, TopicRegistry } from './types.ts';
import { newUuid } from './uuid.ts';

/** What a process does to the stores of a cluster when it opens it: no more than it may. */
export type Opening =
  /** Makes the cluster when there is none, and finishes the deletions of topics that a crash interrupted. */
  | 'finish'
  /** Makes the cluster when there is none. */
  | 'make'
  /** Changes nothing. */
  | 'find';

export interface ClusterOptions {
  readonly store: MetadataStore;
  readonly config: BrokerConfig;
  readonly brokerId: number;
  /** A monotonic clock, in milliseconds. */
  readonly monotonicMs: () => number;
  /** Gives that many random bytes. @default the system's */
  readonly randomBytes?: (bytes: number) => Uint8Array;
  /** @default 'finish' */
  readonly opening?: Opening | undefined;
}

export interface Cluster {
  /** A uuid in Kafka's form. */
  readonly clusterId: string;
  readonly topics: TopicRegistry;
  readonly producerIds: ProducerIds;
  readonly acls: AclStore;
}

/**
 * Opens the cluster that a metadata store holds, or makes it, and finishes what a crash left undone.
 *
 * @throws FormatVersionError when a later release wrote the store; StoreErrors; KafkaError KAFKA_STORAGE_ERROR when
 *   there is no cluster and none may be made.
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { store, config, brokerId, monotonicMs } = options;
  const { randomBytes = systemRandomBytes, opening = 'finish' } = options;
  const makeUuid = () => newUuid(randomBytes);
  const { clusterId } = await (opening === 'find'
    ? findClusterMeta(store)
    : openClusterMeta(store, makeUuid));
  const topics = new StoredTopics({ store, config, brokerId, monotonicMs, newTopicId: makeUuid });
  if (opening === 'finish') await topics.finishDeletions();
  return {
    clusterId,
    topics,
    producerIds: new StoredProducerIds(store),
    acls: new StoredAcls(store),
  };
}
