import type { Topic } from '../../cluster/types.ts';
import { readBatchHeader } from '../../kafka/batch-header.ts';
import type { Place } from '../../log/types.ts';
import type { Api } from '../api.ts';
import { partitionOf } from '../v2/topics.ts';
import type { IncomingRecord } from './incoming-record.ts';
import { type ProducePlan, packRecords, placeRecords, planRecords } from './produce-plan.ts';
import { appendedOf, forgetDeletedTopic, type Outcome } from './produce-records.ts';
import { appendOnce, type Repeatable } from './repeatable.ts';

/** Where a request goes: the topic's name, how to find it, and which partition the path names, if any. */
export interface Destination {
  readonly topicName: string;
  readonly findTopic: () => Promise<Topic>;
  readonly partition?: string;
}

/**
 * As `produceRecords`, for a request under an idempotency key. Where the records go and what time they have is decided
 * by the first request: `plan` is that one's.
 *
 * @throws ApiError 40402, 413, 422; KafkaError MESSAGE_TOO_LARGE, and those of `appendOnce`; what `findTopic` throws.
 */
export async function produceRecordsOnce(
  api: Api,
  repeatable: Repeatable,
  { topicName, findTopic, partition }: Destination,
  records: readonly IncomingRecord[],
): Promise<{ readonly outcomes: Outcome[]; readonly plan: ProducePlan }> {
  const { broker } = api;
  let topic: Topic | undefined;
  const findPlan = async (): Promise<ProducePlan> => {
    topic = await findTopic();
    const to = partition === undefined ? null : partitionOf(topic, partition);
    return planRecords(api, topic, records, to);
  };
  const batchesOf = (plan: ProducePlan) => {
    if (topic === undefined) throw new Error('batches were asked for before there was a topic');
    const packed = packRecords(api, topic, plan, placeRecords(topicName, plan, records));
    return new Map(packed.map(({ partition, batches }) => [partition, batches.map(({ bytes }) => bytes)]));
  };
  const { plan, places } = await appendOnce(broker, repeatable, findPlan, batchesOf);
  const outcomes = new Array<Outcome>(records.length);
  [...placeRecords(topicName, plan, records)].forEach(([partition, its], at) => {
    its.forEach(({ index }, delta) => {
      outcomes[index] = outcomeAt(places[at], partition, delta);
    });
  });
  api.metrics.records('in', appendedOf(outcomes));
  forgetDeletedTopic(topicName, outcomes, broker.topics);
  return { outcomes, plan };
}

/**
 * Appends record batches to one partition, for a request under an idempotency key; one outcome a batch. `admit` checks
 * them, and gives them as they may be stored.
 */
export async function produceBatchesOnce(
  api: Api,
  repeatable: Repeatable,
  { topicName, findTopic, partition }: Required<Destination>,
  admit: (topic: Topic) => Uint8Array[],
): Promise<Outcome[]> {
  const { broker } = api;
  let batches: readonly Uint8Array[] = [];
  const findPlan = async () => {
    const topic = await findTopic();
    const to = partitionOf(topic, partition);
    batches = admit(topic);
    const counts = batches.map((batch) => readBatchHeader(batch).recordCount);
    return { topicId: topic.id, partition: to, counts };
  };
  const { plan, places } = await appendOnce(broker, repeatable, findPlan, (kept) => {
    return new Map([[kept.partition, batches]]);
  });
  let delta = 0;
  const outcomes = plan.counts.map((count, index): Outcome => {
    // Idempotent batches have a place each; others follow the first one without a gap.
    const own = places.length === plan.counts.length ? places[index] : undefined;
    const outcome =
      own === undefined ? outcomeAt(places[0], plan.partition, delta) : outcomeAt(own, plan.partition, 0);
    delta += count;
    return outcome;
  });
  const countAt = (index: number): number =>
    outcomes[index]?.error === undefined ? (plan.counts[index] ?? 0) : 0;
  const appended = outcomes.reduce((sum, _, index) => sum + countAt(index), 0);
  api.metrics.records('in', appended);
  forgetDeletedTopic(topicName, outcomes, broker.topics);
  return outcomes;
}

function outcomeAt(place: Place | undefined, partition: number, delta: number): Outcome {
  if (place === undefined) throw new Error('the log gave fewer places than it was given partitions');
  if (place.error !== undefined) return { partition, error: place.error };
  return { partition, offset: place.offset === undefined ? null : place.offset + delta };
}
