import * as z from 'zod';
import { onTopic } from '../auth/needs.ts';
import { V2_ANSWERS } from '../http/media-types.ts';
import { noParameters, partitionParameter, topicParameter } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { partitionSchema, partitionView } from './partition-view.ts';
import { getTopic, partitionOf } from './topics.ts';

export const getPartition = defineRoute({
  method: 'get',
  path: '/topics/{topic}/partitions/{partition}',
  dialect: 'v2',
  needs: { path: [onTopic('DESCRIBE')] },
  summary: 'Describe a partition.',
  params: z.strictObject({ topic: topicParameter, partition: partitionParameter }),
  query: noParameters,
  produces: V2_ANSWERS,
  answers: { 200: { description: 'The partition.', schema: partitionSchema } },
  async handle(call) {
    const { broker } = call.api;
    const topic = await getTopic(broker, call.params.topic);
    return call.json(partitionView(broker, partitionOf(topic, call.params.partition)));
  },
});
