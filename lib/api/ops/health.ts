import * as z from 'zod';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';

export const health = defineRoute({
  method: 'get',
  path: '/healthz',
  dialect: 'v3',
  isPublic: true,
  summary: 'Say that the process answers.',
  params: noParameters,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: {
    200: {
      description: 'It does.',
      schema: z.object({ status: z.literal('ok'), cluster_id: z.string(), broker_id: z.int() }),
    },
  },
  handle(call) {
    const { clusterId, brokerId } = call.api.broker;
    return call.json({ status: 'ok', cluster_id: clusterId, broker_id: brokerId });
  },
});
