import { aclAuthorizer } from '../cluster/acls/acl-authorizer.ts';
import type { BrokerConfig } from '../cluster/broker-config.ts';
import { type Cluster, type Opening, openCluster } from '../cluster/cluster.ts';
import { openPartitionLogs } from '../log/partition-logs.ts';
import { type Runtime, systemRuntime } from '../log/runtime.ts';
import type { Stores } from '../storage/embedded.ts';
import type { Broker } from './broker.ts';
import { later } from './later.ts';
import type { GroupCode } from './load-groups.ts';

export interface OpenBrokerOptions {
  readonly stores: Pick<Stores, 'metadata' | 'objects'>;
  readonly brokerId: number;
  readonly config: BrokerConfig;
  /** What it does to the stores when it opens them. @default 'finish' */
  readonly opening?: Opening | undefined;
  /** As `parseAdvertisedUrl` gives it. @default what each request says */
  readonly advertisedUrl?: string | undefined;
  /** @default none: a process whose routes need no groups carries none of their code */
  readonly groups?: GroupCode | undefined;
  /** Time and chance. @default the system's */
  readonly runtime?: Runtime | undefined;
  /** Obey the rules (ACLs) that the cluster has. @default false: everybody may do everything */
  readonly authorization?: boolean | undefined;
  /** Principals that may do everything, whatever the rules say (Kafka's `super.users`): `User:` and a name each. */
  readonly superUsers?: readonly string[] | undefined;
  /** Hears of errors that nobody expected. @default a warning of the process */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export interface OpenBroker extends Broker {
  /**
   * Resolves when everything that was begun is done, what goes on behind answers included; for a host that freezes the
   * process between requests.
   */
  idle(): Promise<void>;
  /** From now on nobody waits for records; for a shutdown that lets requests finish. */
  endWaits(): void;
  /** Lets what was accepted finish, and accepts no more. The stores stay open. */
  close(): Promise<void>;
}

/**
 * A broker on stores, wherever these are: what they hold is opened, or made, and what a crash left undone is finished.
 * @throws FormatVersionError, StoreErrors.
 */
export async function openBroker(options: OpenBrokerOptions): Promise<OpenBroker> {
  const { stores, brokerId, config, advertisedUrl, runtime = systemRuntime, onError } = options;
  const { groups: code = withoutGroups } = options;
  const { metadata, objects } = stores;
  const cluster = await openCluster({
    store: metadata,
    config,
    brokerId,
    monotonicMs: () => runtime.monotonicMs(),
    randomBytes: (bytes) => runtime.randomBytes(bytes),
    opening: options.opening,
  });
  const authorizer = options.authorization ? authorizerOf(cluster, options, runtime) : undefined;
  const limits = { decompressedBytesMax: config['batch.decompressed.max.bytes'] };
  const logs = openPartitionLogs({
    metadata,
    objects,
    brokerId,
    runtime,
    limits,
    ...(onError && { onError }),
  });
  const { topics } = cluster;
  const groups = later(async () => {
    const { openConsumerGroups } = await code.groups();
    return openConsumerGroups({ metadata, topics, logs, config, runtime, authorizer });
  });
  const apiKeys = later(async () => {
    const { StoredApiKeys } = await import('../cluster/api-keys/stored-api-keys.ts');
    return new StoredApiKeys({
      store: metadata,
      nowMs: () => runtime.nowMs(),
      randomBytes: (bytes) => runtime.randomBytes(bytes),
    });
  });
  let isEnding = false;
  const consumers = later(async () => {
    const { openConsumerInstances } = await code.instances();
    const instances = openConsumerInstances({
      metadata,
      topics,
      logs,
      groups: groups.methods,
      config,
      runtime,
    });
    if (isEnding) instances.endWaits();
    return instances;
  });
  return {
    ...cluster,
    ...(advertisedUrl !== undefined && { advertisedUrl }),
    ...(authorizer && { authorizer }),
    apiKeys: apiKeys.methods,
    logs,
    groups: groups.methods,
    consumers: consumers.methods,
    brokerId,
    config,
    now: () => runtime.nowMs(),
    random: () => runtime.random(),
    endWaits() {
      isEnding = true;
      logs.endWaits();
      void consumers.ifOpened((instances) => instances.endWaits());
    },
    async idle() {
      await consumers.ifOpened((instances) => instances.idle());
      await groups.ifOpened((opened) => opened.idle());
      await logs.idle();
    },
    async close() {
      await consumers.ifOpened((instances) => instances.close());
      await groups.ifOpened((opened) => opened.close());
      await logs.close();
    },
  };
}

const authorizerOf = ({ acls }: Cluster, { superUsers = [] }: OpenBrokerOptions, runtime: Runtime) =>
  aclAuthorizer({
    acls,
    superUsers,
    monotonicMs: () => runtime.monotonicMs(),
    nowMs: () => runtime.nowMs(),
  });

const noGroups = (): never => {
  throw new Error('assertion failed: the broker was opened without the code of consumer groups');
};
const withoutGroups: GroupCode = { groups: noGroups, instances: noGroups };
