import * as z from 'zod';
import { onTopic } from '../auth/needs.ts';
import { V2_ANSWERS } from '../http/media-types.ts';
import { noParameters, topicParameter } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { partitionSchema, partitionViews } from './partition-view.ts';
import { getTopic } from './topics.ts';

export const listPartitions = defineRoute({
  method: 'get',
  path: '/topics/{topic}/partitions',
  dialect: 'v2',
  needs: { path: [onTopic('DESCRIBE')] },
  summary: "List a topic's partitions.",
  params: z.strictObject({ topic: topicParameter }),
  query: noParameters,
  produces: V2_ANSWERS,
  answers: { 200: { description: 'The partitions.', schema: z.array(partitionSchema) } },
  async handle(call) {
    const { broker } = call.api;
    const { partitionCount } = await getTopic(broker, call.params.topic);
    return call.json(partitionViews(broker, partitionCount));
  },
});
