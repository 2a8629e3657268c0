import { KafkaError } from '../../kafka/errors.ts';
import { validateTopicName } from '../../kafka/topic-name.ts';
import type { Subscription } from '../group.ts';
import { checkPartitions } from '../offsets/check-offsets.ts';
import { validatePattern } from '../topic-pattern.ts';
import type { TopicPartition } from '../types.ts';
import { PARTITIONS_MAX, TOPICS_MAX } from './deps.ts';

const NAME_LENGTH_MAX = 255;

const invalid = (message: string): KafkaError => new KafkaError('INVALID_REQUEST', message);

/** Whether an instance may have this name. */
export const isName = (name: string): boolean =>
  name !== '' && name.length <= NAME_LENGTH_MAX && name.isWellFormed();

/** @throws KafkaError INVALID_REQUEST. */
export function checkName(name: string): void {
  if (isName(name)) return;
  throw invalid(`An instance's name has to be well-formed text of 1 to ${NAME_LENGTH_MAX} characters.`);
}

/**
 * The subscription with each topic once, in order. Topics need not exist yet.
 * @throws KafkaError INVALID_REQUEST, INVALID_TOPIC_EXCEPTION, INVALID_REGULAR_EXPRESSION.
 */
export async function checkSubscription({
  topicNames,
  pattern,
  principal,
}: Subscription): Promise<Subscription> {
  if (topicNames.length > TOPICS_MAX) {
    throw invalid(`${topicNames.length} topics in a subscription, above the limit of ${TOPICS_MAX}.`);
  }
  for (const name of topicNames) validateTopicName(name);
  if (pattern !== undefined) await validatePattern(pattern);
  const whose = pattern === undefined || principal === undefined ? {} : { principal };
  return { topicNames: Array.from(new Set(topicNames)).sort(), pattern, ...whose };
}

/** @throws KafkaError INVALID_REQUEST. */
export function checkAssignment(partitions: readonly TopicPartition[]): void {
  if (partitions.length > PARTITIONS_MAX) {
    throw invalid(`${partitions.length} partitions in an assignment, above the limit of ${PARTITIONS_MAX}.`);
  }
  checkPartitions(partitions);
}
