import * as z from 'zod';
import { describeConfigs } from '../../cluster/topic-configs.ts';
import { isPermitted, topicAction } from '../auth/authorize.ts';
import { onTopic } from '../auth/needs.ts';
import { V2_ANSWERS } from '../http/media-types.ts';
import { noParameters, topicParameter } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { partitionSchema, partitionViews } from './partition-view.ts';
import { getTopic } from './topics.ts';

export const getTopicRoute = defineRoute({
  method: 'get',
  path: '/topics/{topic}',
  dialect: 'v2',
  needs: { path: [onTopic('DESCRIBE')], more: 'Topic DESCRIBE_CONFIGS: without it, configs are left out' },
  summary: 'Describe a topic: its configs and partitions.',
  params: z.strictObject({ topic: topicParameter }),
  query: noParameters,
  produces: V2_ANSWERS,
  answers: {
    200: {
      description: 'The topic.',
      schema: z.object({
        name: z.string(),
        configs: z.record(z.string(), z.string()).describe('As they are obeyed, defaults included.'),
        partitions: z.array(partitionSchema),
      }),
    },
  },
  async handle(call) {
    const { broker } = call.api;
    const topic = await getTopic(broker, call.params.topic);
    const isShown = await isPermitted(call, topicAction('DESCRIBE_CONFIGS', topic.name));
    const described = isShown ? describeConfigs(topic, broker.config) : [];
    const configs = Object.fromEntries(described.map(({ name, value }) => [name, value]));
    return call.json({ name: topic.name, configs, partitions: partitionViews(broker, topic.partitionCount) });
  },
});
