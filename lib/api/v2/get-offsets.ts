import * as z from 'zod';
import { onTopic } from '../auth/needs.ts';
import { V2_ANSWERS } from '../http/media-types.ts';
import { noParameters, partitionParameter, topicParameter } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { fromLog, getTopic, partitionOf } from './topics.ts';

export const getOffsets = defineRoute({
  method: 'get',
  path: '/topics/{topic}/partitions/{partition}/offsets',
  dialect: 'v2',
  needs: { path: [onTopic('DESCRIBE')] },
  summary: "Give a partition's first offset, and the one behind its last.",
  params: z.strictObject({ topic: topicParameter, partition: partitionParameter }),
  query: noParameters,
  produces: V2_ANSWERS,
  answers: {
    200: {
      description: 'The offsets.',
      schema: z.object({ beginning_offset: z.int(), end_offset: z.int() }),
    },
  },
  async handle(call) {
    const { broker } = call.api;
    const topic = await getTopic(broker, call.params.topic);
    const partition = partitionOf(topic, call.params.partition);
    const offsets = broker.logs.offsets({ topicId: topic.id, partition });
    const { start, next } = await fromLog(broker, topic, offsets);
    return call.json({ beginning_offset: start, end_offset: next });
  },
});
