import type { AclStore } from '../cluster/acls/acl-store.ts';
import type { Authorizer } from '../cluster/acls/authorizer.ts';
import type { ApiKeyStore } from '../cluster/api-keys/types.ts';
import type { BrokerConfig } from '../cluster/broker-config.ts';
import type { ProducerIds, TopicRegistry } from '../cluster/types.ts';
import type { ConsumerInstances } from '../group/instances/types.ts';
import type { ConsumerGroups } from '../group/types.ts';
import type { PartitionLogs } from '../log/types.ts';

/** What the API serves: one broker, whatever stores stand under it. */
export interface Broker {
  readonly clusterId: string;
  readonly brokerId: number;
  readonly config: BrokerConfig;
  /**
   * Where clients reach this API, as `parseAdvertisedUrl` gives it. @default what a request and the proxies before it say
   */
  readonly advertisedUrl?: string;
  readonly topics: TopicRegistry;
  readonly logs: PartitionLogs;
  readonly groups: ConsumerGroups;
  readonly consumers: ConsumerInstances;
  readonly producerIds: ProducerIds;
  readonly apiKeys: ApiKeyStore;
  readonly acls: AclStore;
  /** Decides who may do what. @default everybody may do everything */
  readonly authorizer?: Authorizer;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Numbers in [0, 1), as `Math.random` gives them. */
  readonly random: () => number;
}
