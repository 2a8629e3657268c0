import type { BrokerConfig } from '../../cluster/broker-config.ts';
import type { TopicRegistry } from '../../cluster/types.ts';
import { newUuid } from '../../cluster/uuid.ts';
import { type Runtime, systemRuntime } from '../../log/runtime.ts';
import type { PartitionLogs } from '../../log/types.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { AcceptedWork } from '../accepted-work.ts';
import { checkGroupId } from '../group-id.ts';
import type { ConsumerGroups } from '../types.ts';
import { assignedPartitions, assignTo } from './assignment.ts';
import { checkName } from './check-reads.ts';
import { commit } from './commit.ts';
import { createInstance } from './create-instance.ts';
import type { InstanceDeps } from './deps.ts';
import { InstanceStore } from './instance-store.ts';
import { readRecords } from './read.ts';
import { seek, seekTo } from './seek.ts';
import type { Session } from './session.ts';
import { letGo, remove, subscribedTopics, subscribeTo } from './subscription.ts';
import type { ConsumerInstances } from './types.ts';
import { Waits } from './waits.ts';
import { withInstance } from './with-instance.ts';

export interface ConsumerInstancesOptions {
  readonly metadata: MetadataStore;
  readonly topics: TopicRegistry;
  readonly logs: PartitionLogs;
  readonly groups: ConsumerGroups;
  readonly config: BrokerConfig;
  readonly runtime?: Runtime;
}

/** The consumer instances in a metadata store. */
export function openConsumerInstances(options: ConsumerInstancesOptions): ConsumerInstances {
  const { runtime = systemRuntime } = options;
  const deps = depsOf(options, runtime);
  const waits = new Waits();
  const accepted = new AcceptedWork();

  const accept = <Result>(groupId: string, work: () => Promise<Result>): Promise<Result> =>
    accepted.accept(async () => {
      checkGroupId(groupId);
      return work();
    });
  const using = <Result>(groupId: string, name: string, work: (session: Session) => Promise<Result>) =>
    accept(groupId, () => withInstance(deps, groupId, name, work));

  return {
    create: (groupId, given, config) =>
      accept(groupId, async () => {
        const name = given ?? `rest-consumer-${newUuid((bytes) => runtime.randomBytes(bytes))}`;
        checkName(name);
        await createInstance(deps, groupId, name, config);
        return name;
      }),
    delete: (groupId, name) => using(groupId, name, (session) => remove(deps, session)),
    subscribe: (groupId, name, subscription) =>
      using(groupId, name, (session) => subscribeTo(deps, session, subscription)),
    subscription: (groupId, name) => using(groupId, name, (session) => subscribedTopics(deps, session)),
    unsubscribe: (groupId, name) => using(groupId, name, (session) => letGo(deps, session)),
    assign: (groupId, name, partitions) =>
      using(groupId, name, (session) => assignTo(deps, session, partitions)),
    assignment: (groupId, name) => using(groupId, name, async (session) => assignedPartitions(session)),
    read: (groupId, name, read) => {
      const { requestTimeoutMs, waitMsMax } = deps.limits;
      const startMs = runtime.monotonicMs();
      return waits.during(read.signal, (endOfWaits) =>
        using(groupId, name, (session) => {
          const timeoutMs = read.timeoutMs ?? session.current.config.requestTimeoutMs ?? requestTimeoutMs;
          const untilMs = startMs + Math.min(timeoutMs, waitMsMax);
          return readRecords(deps, session, read, { untilMs, endOfWaits });
        }),
      );
    },
    commit: (groupId, name, offsets, checkTopics) =>
      using(groupId, name, (session) => commit(deps, session, offsets, checkTopics)),
    committed: (groupId, name, partitions) =>
      using(groupId, name, () => deps.groups.fetchOffsets(groupId, undefined, partitions)),
    seek: (groupId, name, positions) => using(groupId, name, (session) => seek(deps, session, positions)),
    seekTo: (groupId, name, end, partitions, checkTopics) =>
      using(groupId, name, (session) => seekTo(deps, session, end, partitions, checkTopics)),
    endWaits: () => waits.end(),
    idle: () => accepted.idle(),
    close: async () => {
      waits.end();
      await accepted.close();
    },
  };
}

function depsOf({ metadata, config, ...rest }: ConsumerInstancesOptions, runtime: Runtime): InstanceDeps {
  const timeoutMs = config['consumer.instance.timeout.ms'];
  return {
    ...rest,
    runtime,
    instances: new InstanceStore({ metadata, runtime, timeoutMs }),
    limits: {
      timeoutMs,
      heartbeatIntervalMs: config['group.consumer.heartbeat.interval.ms'],
      requestTimeoutMs: config['consumer.request.timeout.ms'],
      waitMsMax: config['fetch.wait.limit.ms'],
      partitionBytesMax: config['max.partition.fetch.bytes'],
    },
  };
}
