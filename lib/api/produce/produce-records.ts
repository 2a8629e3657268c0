import { effectiveConfig } from '../../cluster/topic-configs.ts';
import type { Topic } from '../../cluster/types.ts';
import type { KafkaError } from '../../kafka/errors.ts';
import { partitionForKey } from '../../kafka/murmur2.ts';
import type { BatchOutcome } from '../../log/types.ts';
import type { Api } from '../api.ts';
import { aboveLimit, partitionNotFound } from '../errors/api-error.ts';
import { checkRecordCount, checkRecordLimits, type IncomingRecord } from './incoming-record.ts';
import { type PackedBatch, type PlacedRecord, packBatches } from './pack-batches.ts';

/** What became of one record, or, where the client sent batches, of one batch. */
export type Outcome =
  /** It stands in the log; `offset` is null for a repeat that is too old for its place to be known. */
  | { readonly partition: number; readonly offset: number | null; readonly error?: undefined }
  | { readonly partition: number; readonly error: KafkaError };

/** Groups the records by partition. @throws ApiError 40402 for a partition that does not exist. */
function place(api: Api, topic: Topic, records: readonly IncomingRecord[]): Map<number, PlacedRecord[]> {
  const { name, id, partitionCount } = topic;
  const placed = new Map<number, PlacedRecord[]>();
  let keyless: number | undefined;
  records.forEach((record, index) => {
    let { partition } = record;
    if (partition === undefined && record.key !== null)
      partition = partitionForKey(record.key, partitionCount);
    if (partition === undefined) {
      keyless ??= api.partitioner.partitionForBatch(id, partitionCount);
      partition = keyless;
    }
    if (partition >= partitionCount) throw partitionNotFound(name, partition, partitionCount);
    const others = placed.get(partition);
    if (others === undefined) placed.set(partition, [{ record, index }]);
    else others.push({ record, index });
  });
  return placed;
}

const placeAll = (records: readonly IncomingRecord[], partition: number): Map<number, PlacedRecord[]> =>
  new Map([[partition, records.map((record, index) => ({ record, index }))]]);

export function outcomeOf(batch: BatchOutcome | undefined, partition: number, delta: number): Outcome {
  if (batch === undefined) throw new Error('the log answered fewer batches than it was given');
  if (batch.kind === 'failed') return { partition, error: batch.error };
  return { partition, offset: batch.baseOffset === undefined ? null : batch.baseOffset + delta };
}

/**
 * Appends records to one partition, or to those that they name or that their keys choose. All partitions are handed to the
 * log at once, so that they share its next flush. Nothing is appended unless every record can be.
 *
 * Gives one outcome a record, in their order.
 *
 * @throws ApiError 40402, 413; KafkaError MESSAGE_TOO_LARGE.
 */
export async function produceRecords(
  api: Api,
  topic: Topic,
  records: readonly IncomingRecord[],
  partition?: number,
): Promise<Outcome[]> {
  const { config, logs, now, topics } = api.broker;
  checkRecordCount(records.length, config);
  records.forEach((record, index) => {
    checkRecordLimits(record, index, config);
  });
  const placed = partition === undefined ? place(api, topic, records) : placeAll(records, partition);
  const partitionsMax = config['request.partitions.max'];
  if (placed.size > partitionsMax) {
    throw aboveLimit('request.partitions.max', `The request names ${placed.size} partitions`, partitionsMax);
  }
  const topicConfig = effectiveConfig(topic, config);
  const nowMs = now();
  const packed: { partition: number; batches: PackedBatch[] }[] = [];
  for (const [partition, its] of placed)
    packed.push({ partition, batches: packBatches(its, topicConfig, nowMs) });

  const outcomes = new Array<Outcome>(records.length);
  await Promise.all(
    packed.map(async ({ partition, batches }) => {
      const answers = await logs.append(
        { topicId: topic.id, partition },
        batches.map(({ bytes }) => bytes),
      );
      batches.forEach(({ indexes }, at) => {
        indexes.forEach((index, delta) => {
          outcomes[index] = outcomeOf(answers[at], partition, delta);
        });
      });
    }),
  );
  forgetDeletedTopic(topic, outcomes, topics);
  return outcomes;
}

/** The head said that the topic is gone: what is cached of it is of no use to the next request. */
export function forgetDeletedTopic(
  topic: Topic,
  outcomes: readonly Outcome[],
  topics: { invalidate(name: string): void },
): void {
  const isGone = outcomes.some(({ error }) => error?.error === 'UNKNOWN_TOPIC_OR_PARTITION');
  if (isGone) topics.invalidate(topic.name);
}
