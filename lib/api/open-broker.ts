import type { BrokerConfig } from '../cluster/broker-config.ts';
import { openCluster } from '../cluster/cluster.ts';
import { openPartitionLogs } from '../log/partition-logs.ts';
import { type Runtime, systemRuntime } from '../log/runtime.ts';
import type { Stores } from '../storage/embedded.ts';
import type { Broker } from './broker.ts';
import { later } from './later.ts';

export interface OpenBrokerOptions {
  readonly stores: Pick<Stores, 'metadata' | 'objects'>;
  readonly brokerId: number;
  readonly config: BrokerConfig;
  /** As `parseAdvertisedUrl` gives it. @default what each request says */
  readonly advertisedUrl?: string | undefined;
  /** Time and chance. @default the system's */
  readonly runtime?: Runtime | undefined;
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
  const { metadata, objects } = stores;
  const cluster = await openCluster({
    store: metadata,
    config,
    brokerId,
    monotonicMs: () => runtime.monotonicMs(),
    randomBytes: (bytes) => runtime.randomBytes(bytes),
  });
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
    const { openConsumerGroups } = await import('../group/consumer-groups.ts');
    return openConsumerGroups({ metadata, topics, logs, config, runtime });
  });
  let isEnding = false;
  const consumers = later(async () => {
    const { openConsumerInstances } = await import('../group/instances/consumer-instances.ts');
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
