import * as z from 'zod';
import type { NewTopic } from '../../cluster/types.ts';
import { clusterAction, demandOneOf, topicAction } from '../auth/authorize.ts';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { jsonBody } from './json-body.ts';
import { checkCluster, clusterParameter } from './links.ts';
import { topicSchema, topicView } from './topic-view.ts';

const bodySchema = z.strictObject({
  topic_name: z.string(),
  partitions_count: z.int().nullish().describe('num.partitions when absent.'),
  replication_factor: z.int().nullish().describe('default.replication.factor when absent.'),
  configs: z
    .array(z.strictObject({ name: z.string(), value: z.string().nullish() }))
    .nullish()
    .describe('A value of null means the default.'),
  validate_only: z.boolean().nullish().describe('Check, and make nothing.'),
});

function newTopicOf(body: z.output<typeof bodySchema>): NewTopic {
  const { topic_name: name, partitions_count, replication_factor, configs } = body;
  const given = (configs ?? []).flatMap(({ name, value }): [string, string][] =>
    value === undefined || value === null ? [] : [[name, value]],
  );
  return {
    name,
    ...(typeof partitions_count === 'number' && { partitionCount: partitions_count }),
    ...(typeof replication_factor === 'number' && { replicationFactor: replication_factor }),
    configs: Object.fromEntries(given),
  };
}

export const createTopic = defineRoute({
  method: 'post',
  path: '/clusters/{cluster_id}/topics',
  dialect: 'v3',
  needs: { more: 'Topic CREATE or Cluster CREATE' },
  summary: 'Create a topic.',
  params: z.strictObject({ cluster_id: clusterParameter }),
  query: noParameters,
  consumes: { [JSON_TYPE]: bodySchema },
  produces: [JSON_TYPE],
  answers: {
    200: { description: 'It could be created (validate_only).', schema: topicSchema },
    201: { description: 'It was created; Location tells where.', schema: topicSchema },
  },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const body = await jsonBody(call, bodySchema);
    const topic = newTopicOf(body);
    await demandOneOf(call, [topicAction('CREATE', topic.name), clusterAction('CREATE')]);
    if (body.validate_only === true) {
      await broker.topics.validate(topic);
      const partitionCount = topic.partitionCount ?? broker.config['num.partitions'];
      return call.json(topicView(call, { name: topic.name, id: '', partitionCount, overrides: {} }));
    }
    const view = topicView(call, await broker.topics.create(topic));
    return call.json(view, 201, { Location: view.metadata.self });
  },
});
