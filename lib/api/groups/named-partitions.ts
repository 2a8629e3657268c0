import * as z from 'zod';
import type { Topic } from '../../cluster/types.ts';
import { KafkaError } from '../../kafka/errors.ts';
import type { Broker } from '../broker.ts';
import { partitionNotFound } from '../errors/api-error.ts';
import { getTopic } from '../v2/topics.ts';

/** A partition that a body names. */
export const partitionFields = { topic: z.string(), partition: z.int().min(0) };

interface Named {
  readonly topic: string;
  readonly partition?: number | null | undefined;
}

/**
 * The answer to a request about partitions, where v2 says 40401 and 40402 of topics and partitions that there are not.
 * The group has looked for them already, so only a refusal costs another look.
 *
 * @throws ApiError 40401, 40402; whatever else `answer` rejects with.
 */
export async function orNotFound<Answer>(
  broker: Broker,
  named: readonly Named[],
  answer: Promise<Answer>,
): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof KafkaError) || error.error !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
    const looked = new Map<string, Topic>();
    for (const { topic: name, partition } of named) {
      const topic = looked.get(name) ?? (await lookAgain(broker, name));
      looked.set(name, topic);
      if (typeof partition === 'number' && partition >= topic.partitionCount)
        throw partitionNotFound(name, partition, topic.partitionCount);
    }
    throw error;
  }
}

/** It may be known here although another process has deleted it. @throws ApiError 40401. */
function lookAgain(broker: Broker, name: string): Promise<Topic> {
  broker.topics.invalidate(name);
  return getTopic(broker, name);
}
