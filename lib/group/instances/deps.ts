import type { TopicRegistry } from '../../cluster/types.ts';
import type { Runtime } from '../../log/runtime.ts';
import type { PartitionLogs } from '../../log/types.ts';
import type { ConsumerGroups } from '../types.ts';
import type { InstanceStore } from './instance-store.ts';

export interface InstanceLimits {
  /** `consumer.instance.timeout.ms`. */
  readonly timeoutMs: number;
  /** `group.consumer.heartbeat.interval.ms`. */
  readonly heartbeatIntervalMs: number;
  /** `consumer.request.timeout.ms`. */
  readonly requestTimeoutMs: number;
  /** `fetch.wait.limit.ms`. */
  readonly waitMsMax: number;
  /** `max.partition.fetch.bytes`. */
  readonly partitionBytesMax: number;
}

/** What everything that deals with instances works on. */
export interface InstanceDeps {
  readonly instances: InstanceStore;
  readonly groups: ConsumerGroups;
  readonly topics: TopicRegistry;
  readonly logs: PartitionLogs;
  readonly runtime: Runtime;
  readonly limits: InstanceLimits;
}

/** Partitions that one instance reads: it looks at each of them in each of its reads. */
export const PARTITIONS_MAX = 1_000;
/** Topics that one instance subscribes to by name. */
export const TOPICS_MAX = 1_000;
/** Calls to the log, or for the group's offsets, that one request has under way at once. */
export const LOOKS_IN_FLIGHT_MAX = 16;
