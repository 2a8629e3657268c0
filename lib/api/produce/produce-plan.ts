import { effectiveConfig } from '../../cluster/topic-configs.ts';
import type { Topic } from '../../cluster/types.ts';
import { partitionForKey } from '../../kafka/murmur2.ts';
import type { Api } from '../api.ts';
import { aboveLimit, partitionNotFound } from '../errors/api-error.ts';
import { checkRecordCount, checkRecordLimits, type IncomingRecord } from './incoming-record.ts';
import { type PackedBatch, type PlacedRecord, packBatches } from './pack-batches.ts';

/** What it takes, beside the records, to put them where they go: a repeat of the request does the same by it. */
export type ProducePlan = {
  readonly topicId: string;
  readonly partitionCount: number;
  /** Where all of them go, when the path of the request says so. */
  readonly to: number | null;
  /** Of records that name no partition and have no key; `null` when there are none. */
  readonly keyless: number | null;
  /** The time of records that have none, in milliseconds since 1970. */
  readonly nowMs: number;
  /** Whether it is that of all of them, whatever they say. */
  readonly isLogTime: boolean;
};

/** Records of one partition, in the order in which they came. */
export type PlacedRecords = ReadonlyMap<number, readonly PlacedRecord[]>;

export interface PackedPartition {
  readonly partition: number;
  readonly batches: readonly PackedBatch[];
}

/** Checks the records and chooses where they go, unless `to` says it. @throws ApiError 413. */
export function planRecords(
  api: Api,
  topic: Topic,
  records: readonly IncomingRecord[],
  to: number | null,
): ProducePlan {
  const { config, now } = api.broker;
  checkRecordCount(records.length, config);
  records.forEach((record, index) => {
    checkRecordLimits(record, index, config);
  });
  const { id: topicId, partitionCount } = topic;
  const isKeyless = ({ key, partition }: IncomingRecord) => key === null && partition === undefined;
  const someAreKeyless = to === null && records.some(isKeyless);
  const keyless = someAreKeyless ? api.partitioner.partitionForBatch(topicId, partitionCount) : null;
  const isLogTime = effectiveConfig(topic, config)['message.timestamp.type'] === 'LogAppendTime';
  return { topicId, partitionCount, to, keyless, nowMs: now(), isLogTime };
}

/** Groups the records by partition. @throws ApiError 40402 for a partition that does not exist. */
export function placeRecords(
  topicName: string,
  { partitionCount, to, keyless }: ProducePlan,
  records: readonly IncomingRecord[],
): PlacedRecords {
  if (to !== null) return new Map([[to, records.map((record, index) => ({ record, index }))]]);
  const placed = new Map<number, PlacedRecord[]>();
  records.forEach((record, index) => {
    const { key, partition = key === null ? keyless : partitionForKey(key, partitionCount) } = record;
    if (partition === null) throw new Error('a record without a key came to a plan without a place for it');
    if (partition >= partitionCount) throw partitionNotFound(topicName, partition, partitionCount);
    const others = placed.get(partition);
    if (others === undefined) placed.set(partition, [{ record, index }]);
    else others.push({ record, index });
  });
  return placed;
}

/** The batches of each partition. @throws ApiError 413; KafkaError MESSAGE_TOO_LARGE. */
export function packRecords(
  api: Api,
  topic: Topic,
  { nowMs }: ProducePlan,
  placed: PlacedRecords,
): PackedPartition[] {
  const { config } = api.broker;
  const partitionsMax = config['request.partitions.max'];
  if (placed.size > partitionsMax) {
    throw aboveLimit('request.partitions.max', `The request names ${placed.size} partitions`, partitionsMax);
  }
  const topicConfig = effectiveConfig(topic, config);
  return Array.from(placed, ([partition, its]) => ({
    partition,
    batches: packBatches(its, topicConfig, nowMs),
  }));
}
