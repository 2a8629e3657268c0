import type { Topic } from '../../cluster/types.ts';
import { KafkaError } from '../../kafka/errors.ts';
import type { Api } from '../api.ts';
import { type Asking, clusterAction, demandOneOf, topicAction } from '../auth/authorize.ts';

/** What routes that append need beside WRITE, in words. */
export const TO_MAKE_IT = 'Topic CREATE or Cluster CREATE, for a topic that is made by it';

/**
 * The topic that records go to. One that is not there is made, where topics are made by themselves and the caller may make
 * it; that he may write into it, the route has asked.
 *
 * @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION, TOPIC_AUTHORIZATION_FAILED.
 */
export async function topicToWrite(
  asking: Asking & { readonly api: Pick<Api, 'broker'> },
  name: string,
): Promise<Topic> {
  const { broker, authorizer } = asking.api;
  if (authorizer === undefined || !broker.config['auto.create.topics.enable'])
    return broker.topics.getOrCreate(name);
  try {
    return await broker.topics.get(name);
  } catch (error) {
    if (!(error instanceof KafkaError) || error.error !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
  }
  await demandOneOf(asking, [topicAction('CREATE', name), clusterAction('CREATE')]);
  return broker.topics.getOrCreate(name);
}
