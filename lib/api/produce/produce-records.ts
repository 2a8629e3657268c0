import type { Topic } from '../../cluster/types.ts';
import type { KafkaError } from '../../kafka/errors.ts';
import type { BatchOutcome } from '../../log/types.ts';
import type { Api } from '../api.ts';
import type { IncomingRecord } from './incoming-record.ts';
import { packRecords, placeRecords, planRecords } from './produce-plan.ts';

/** What became of one record, or, where the client sent batches, of one batch. */
export type Outcome =
  /** It stands in the log; `offset` is null for a repeat that is too old for its place to be known. */
  | { readonly partition: number; readonly offset: number | null; readonly error?: undefined }
  | { readonly partition: number; readonly error: KafkaError };

export function outcomeOf(batch: BatchOutcome | undefined, partition: number, delta: number): Outcome {
  if (batch === undefined) throw new Error('the log answered fewer batches than it was given');
  if (batch.kind === 'failed') return { partition, error: batch.error };
  return { partition, offset: batch.baseOffset === undefined ? null : batch.baseOffset + delta };
}

/**
 * Appends records to the partition `to`, or to those that they name or that their keys choose. All partitions are handed to the
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
  to: number | null = null,
): Promise<Outcome[]> {
  const { logs, topics } = api.broker;
  const plan = planRecords(api, topic, records, to);
  const packed = packRecords(api, topic, plan, placeRecords(topic.name, plan, records));
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
  api.metrics.records('in', appendedOf(outcomes));
  forgetDeletedTopic(topic.name, outcomes, topics);
  return outcomes;
}

/** How many of them stand in the log. */
export const appendedOf = (outcomes: readonly Outcome[]): number =>
  outcomes.reduce((count, { error }) => (error === undefined ? count + 1 : count), 0);

/** The head said that the topic is gone: what is cached of it is of no use to the next request. */
export function forgetDeletedTopic(
  topicName: string,
  outcomes: readonly Outcome[],
  topics: { invalidate(name: string): void },
): void {
  const isGone = outcomes.some(({ error }) => error?.error === 'UNKNOWN_TOPIC_OR_PARTITION');
  if (isGone) topics.invalidate(topicName);
}
