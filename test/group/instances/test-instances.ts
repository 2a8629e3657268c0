import { brokerConfigSchema } from '../../../lib/cluster/broker-config.ts';
import { openConsumerInstances } from '../../../lib/group/instances/consumer-instances.ts';
import { InstanceError, type InstanceProblem } from '../../../lib/group/instances/instance-error.ts';
import type {
  ConsumerInstances,
  FetchedPartition,
  InstanceConfig,
  Taken,
} from '../../../lib/group/instances/types.ts';
import { decodeRecordBatch } from '../../../lib/kafka/decode-record-batch.ts';
import { encodeRecordBatch } from '../../../lib/kafka/encode-record-batch.ts';
import { KafkaError, type KafkaErrorName } from '../../../lib/kafka/errors.ts';
import { asOffset } from '../../../lib/kafka/types.ts';
import type { Stores } from '../../../lib/storage/embedded.ts';
import { type GroupsOptions, openGroups, type TestGroups } from '../test-groups.ts';

export interface TestInstances extends ConsumerInstances {
  readonly groups: TestGroups;
}

/** Consumer instances as one process of the broker has them. Several may share the stores, and a clock. */
export function openInstances(stores: Stores, options: GroupsOptions = {}): TestInstances {
  const groups = openGroups(stores, options);
  const instances = openConsumerInstances({
    metadata: groups.metadata,
    topics: groups.topics,
    logs: groups.logs,
    groups,
    config: brokerConfigSchema.parse(options.config ?? {}),
    runtime: groups.runtime,
  });
  return { ...instances, groups };
}

export const CONFIG: InstanceConfig = {
  format: 'binary',
  autoOffsetReset: 'earliest',
  autoCommit: false,
  fetchMinBytes: 1,
  requestTimeoutMs: 0,
};

/** `partition@offset` of every record. */
function takeAll(fetched: readonly FetchedPartition[]): Taken<string[]> {
  const decoded = fetched.map(({ partition, from, batches }) => {
    const records = batches.flatMap(
      (batch) => decodeRecordBatch(batch, { decompressedBytesMax: 1_000 }).records,
    );
    return {
      partition,
      from,
      offsets: records.map(({ offset }) => offset).filter((offset) => offset >= from),
    };
  });
  return {
    answer: decoded.flatMap(({ partition, offsets }) => offsets.map((offset) => `${partition}@${offset}`)),
    next: decoded.map(({ from, offsets }) => asOffset((offsets.at(-1) ?? from - 1) + 1)),
  };
}

export function readNames(
  instances: ConsumerInstances,
  groupId: string,
  name: string,
  timeoutMs = 0,
): Promise<string[]> {
  const { signal } = new AbortController();
  const read = { accepts: () => true, maxBytes: 1_000_000, timeoutMs, signal, take: takeAll };
  return instances.read(groupId, name, read);
}

/** Appends records to a partition, a batch each. */
export async function append(
  { topics, logs }: TestGroups,
  topic: string,
  partition: number,
  count = 1,
): Promise<void> {
  const { id: topicId } = await topics.get(topic);
  const batches = Array.from({ length: count }, () =>
    encodeRecordBatch([{ timestamp: 1, key: null, value: Buffer.from('x') }]),
  );
  for (const outcome of await logs.append({ topicId, partition }, batches)) {
    if (outcome.kind === 'failed') throw outcome.error;
  }
}

/** What a call is refused with. */
export async function refusalOf(call: Promise<unknown>): Promise<KafkaErrorName | InstanceProblem | 'done'> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (error instanceof KafkaError) return error.error;
    if (error instanceof InstanceError) return error.problem;
    throw error;
  }
}
