import { type BrokerConfig, brokerConfigSchema } from '../../lib/cluster/broker-config.ts';
import { StoredTopics } from '../../lib/cluster/topics.ts';
import type { TopicRegistry } from '../../lib/cluster/types.ts';
import { newUuid } from '../../lib/cluster/uuid.ts';
import { openConsumerGroups } from '../../lib/group/consumer-groups.ts';
import type { ConsumerGroups, Heartbeat, HeartbeatAnswer } from '../../lib/group/types.ts';
import { KafkaError, type KafkaErrorName } from '../../lib/kafka/errors.ts';
import { openPartitionLogs } from '../../lib/log/partition-logs.ts';
import type { PartitionLogs } from '../../lib/log/types.ts';
import type { Stores } from '../../lib/storage/embedded.ts';
import type { MetadataStore } from '../../lib/storage/metadata-store.ts';
import { observeStores, type StoreCall } from '../../lib/storage/observed.ts';
import { BROKER_ID, countCalls } from '../log/test-logs.ts';
import { HastyRuntime } from '../log/test-runtime.ts';
import { Faults, faultyStores } from '../support/faulty-stores.ts';

export interface TestGroups extends ConsumerGroups {
  readonly metadata: MetadataStore;
  readonly topics: TopicRegistry;
  readonly logs: PartitionLogs;
  readonly faults: Faults;
  /** Shared with every process that was given the same one. */
  readonly runtime: HastyRuntime;
  readonly calls: StoreCall[];
}

export interface GroupsOptions {
  readonly config?: Partial<BrokerConfig>;
  readonly runtime?: HastyRuntime;
}

let seeds = 0;

/** Consumer groups as one process of the broker has them. Several may share the stores, and a clock. */
export function openGroups(stores: Stores, { config, runtime }: GroupsOptions = {}): TestGroups {
  seeds += 1;
  const clock = runtime ?? new HastyRuntime(seeds);
  const faults = new Faults();
  const calls: StoreCall[] = [];
  const { metadata, objects } = observeStores(faultyStores(stores, faults), (call) => calls.push(call));
  const broker = brokerConfigSchema.parse(config ?? {});
  const logs = openPartitionLogs({ metadata, objects, brokerId: BROKER_ID, runtime: clock });
  const topics = new StoredTopics({
    store: metadata,
    config: broker,
    brokerId: BROKER_ID,
    monotonicMs: () => clock.monotonicMs(),
    newTopicId: () => newUuid(),
  });
  const groups = openConsumerGroups({ metadata, topics, logs, config: broker, runtime: clock });
  return { ...groups, metadata, topics, logs, faults, runtime: clock, calls };
}

let names = 0;

/** A name of a test's own: some of these tests share one table. */
export function newName(what: string): string {
  names += 1;
  return `${what}-${names}`;
}

export async function newTopic({ topics }: TestGroups, partitionCount: number): Promise<string> {
  const { name } = await topics.create({ name: newName('topic'), partitionCount });
  return name;
}

/** The name of the KafkaError that a call is refused with. */
export async function refusalOf(call: Promise<unknown>): Promise<KafkaErrorName | 'done'> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (error instanceof KafkaError) return error.error;
    throw error;
  }
}

/** A member that does what its answers say at once. */
export class TestMember {
  readonly memberId: string;
  epoch = 0;
  /** `topic-partition` of each that it owns, in their order. */
  owned: readonly string[] = [];
  readonly #groupId: string;
  readonly #subscription: Partial<Heartbeat>;
  groups: ConsumerGroups;

  constructor(groups: ConsumerGroups, groupId: string, memberId: string, subscription: Partial<Heartbeat>) {
    this.groups = groups;
    this.#groupId = groupId;
    this.memberId = memberId;
    this.#subscription = subscription;
  }

  async join(): Promise<HeartbeatAnswer> {
    this.owned = [];
    return this.#send({ memberEpoch: 0, ...this.#subscription });
  }

  async beat(more: Partial<Heartbeat> = {}): Promise<HeartbeatAnswer> {
    const { instanceId } = this.#subscription;
    return this.#send({
      memberEpoch: this.epoch,
      instanceId,
      ownedPartitions: this.owned.map((name) => {
        const dash = name.lastIndexOf('-');
        return { topicName: name.slice(0, dash), partitions: [Number(name.slice(dash + 1))] };
      }),
      ...more,
    });
  }

  async leave(memberEpoch = -1): Promise<void> {
    await this.#send({ memberEpoch, instanceId: this.#subscription.instanceId });
  }

  get name() {
    return { memberId: this.memberId, memberEpoch: this.epoch };
  }

  async #send(heartbeat: Omit<Heartbeat, 'memberId'>): Promise<HeartbeatAnswer> {
    const answer = await this.groups.heartbeat(this.#groupId, { memberId: this.memberId, ...heartbeat });
    this.epoch = answer.memberEpoch;
    if (answer.assignment !== undefined) {
      this.owned = answer.assignment.flatMap(({ topicName, partitions }) =>
        partitions.map((partition) => `${topicName}-${partition}`),
      );
    }
    return answer;
  }
}

/** Lets members speak, in turns, until all are settled. Gives how many turns it took. */
export async function settle(
  groups: ConsumerGroups,
  groupId: string,
  members: readonly TestMember[],
): Promise<number> {
  for (let turns = 1; turns <= 20; turns += 1) {
    for (const member of members) await member.beat();
    if ((await groups.describe(groupId)).state === 'Stable') return turns;
  }
  throw new Error('the group does not settle');
}

export { countCalls };
