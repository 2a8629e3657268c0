import * as z from 'zod';
import { describable } from '../auth/authorize.ts';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { checkCluster, clusterParameter, clusterUrl, listOf } from './links.ts';
import { topicSchema, topicView } from './topic-view.ts';

export const listTopics = defineRoute({
  method: 'get',
  path: '/clusters/{cluster_id}/topics',
  dialect: 'v3',
  needs: { more: 'shows topics with DESCRIBE' },
  summary: 'List all topics.',
  params: z.strictObject({ cluster_id: clusterParameter }),
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'The topics.', schema: listOf('KafkaTopicList', topicSchema) } },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const topics = await describable(call, await broker.topics.list(), ({ name }) => name);
    const metadata = { self: `${clusterUrl(call, broker)}/topics`, next: null };
    return call.json({
      kind: 'KafkaTopicList',
      metadata,
      data: topics.map((topic) => topicView(call, topic)),
    });
  },
});
