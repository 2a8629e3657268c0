import * as z from 'zod';
import { onTopic } from '../auth/needs.ts';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters, topicParameter } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { jsonBody } from './json-body.ts';
import { checkCluster, clusterParameter } from './links.ts';
import { topicSchema, topicView } from './topic-view.ts';

const path = '/clusters/{cluster_id}/topics/{topic_name}';
const params = z.strictObject({ cluster_id: clusterParameter, topic_name: topicParameter });
const countSchema = z.strictObject({ partitions_count: z.int().describe('More than there are.') });

export const getTopic = defineRoute({
  method: 'get',
  path,
  dialect: 'v3',
  needs: { path: [onTopic('DESCRIBE', 'topic_name')] },
  summary: 'Describe a topic.',
  params,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'The topic.', schema: topicSchema } },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    return call.json(topicView(call, await broker.topics.get(call.params.topic_name)));
  },
});

export const updatePartitionCount = defineRoute({
  method: 'patch',
  path,
  dialect: 'v3',
  needs: { path: [onTopic('ALTER', 'topic_name')] },
  summary: "Raise a topic's number of partitions.",
  params,
  query: noParameters,
  consumes: { [JSON_TYPE]: countSchema },
  produces: [JSON_TYPE],
  answers: { 200: { description: 'The topic as it is now.', schema: topicSchema } },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const { partitions_count } = await jsonBody(call, countSchema);
    return call.json(
      topicView(call, await broker.topics.addPartitions(call.params.topic_name, partitions_count)),
    );
  },
});

export const deleteTopic = defineRoute({
  method: 'delete',
  path,
  dialect: 'v3',
  needs: { path: [onTopic('DELETE', 'topic_name')] },
  summary: 'Delete a topic. A topic made again under its name is empty.',
  params,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 204: { description: 'It is gone: nothing can be appended to it any more.' } },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    await broker.topics.delete(call.params.topic_name);
    return call.empty(204);
  },
});
