import { z } from 'zod';
import { describeConfigs } from '../../cluster/topic-configs.ts';
import { V2_ANSWERS } from '../http/media-types.ts';
import { noParameters, topicParameter } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { partitionSchema, partitionViews } from './partition-view.ts';
import { getTopic } from './topics.ts';

export const getTopicRoute = defineRoute({
  method: 'get',
  path: '/topics/{topic}',
  dialect: 'v2',
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
    const configs = Object.fromEntries(
      describeConfigs(topic, broker.config).map(({ name, value }) => [name, value]),
    );
    return call.json({ name: topic.name, configs, partitions: partitionViews(broker, topic.partitionCount) });
  },
});
