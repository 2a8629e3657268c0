import type { Topic } from '../../cluster/types.ts';
import { KafkaError } from '../../kafka/errors.ts';
import type { Broker } from '../broker.ts';
import { partitionNotFound, topicNotFound } from '../errors/api-error.ts';
import type { Call } from '../http/call.ts';
import { topicToWrite } from '../produce/topic-to-write.ts';

/** v2 says 40401 where Kafka says that it knows no such topic or partition. */
async function orNotFound(name: string, topic: Promise<Topic>): Promise<Topic> {
  try {
    return await topic;
  } catch (error) {
    if (error instanceof KafkaError && error.error === 'UNKNOWN_TOPIC_OR_PARTITION')
      throw topicNotFound(name);
    throw error;
  }
}

/** @throws ApiError 40401. */
export const getTopic = (broker: Broker, name: string): Promise<Topic> =>
  orNotFound(name, broker.topics.get(name));

/**
 * @throws ApiError 40401 when topics are not made by themselves; KafkaError INVALID_TOPIC_EXCEPTION,
 *   TOPIC_AUTHORIZATION_FAILED.
 */
export const getOrCreateTopic = (call: Call<unknown, unknown>, name: string): Promise<Topic> =>
  orNotFound(name, topicToWrite(call, name));

/** What the log answers; when it says that the topic is gone, another process deleted it. @throws ApiError 40401. */
export async function fromLog<Answer>(
  broker: Broker,
  topic: Topic,
  answer: Promise<Answer>,
): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof KafkaError) || error.error !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
    broker.topics.invalidate(topic.name);
    throw topicNotFound(topic.name);
  }
}

const DIGITS = /^\d{1,10}$/;

/** The partition that a path names. @throws ApiError 40402. */
export function partitionOf(topic: Topic, text: string): number {
  const partition = DIGITS.test(text) ? Number(text) : -1;
  if (partition >= 0 && partition < topic.partitionCount) return partition;
  throw partitionNotFound(topic.name, text, topic.partitionCount);
}
