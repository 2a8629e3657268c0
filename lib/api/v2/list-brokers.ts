import * as z from 'zod';
import { V2_ANSWERS } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';

export const listBrokers = defineRoute({
  method: 'get',
  path: '/brokers',
  dialect: 'v2',
  needs: {},
  summary: 'List the ids of all brokers.',
  params: noParameters,
  query: noParameters,
  produces: V2_ANSWERS,
  answers: { 200: { description: 'The ids.', schema: z.object({ brokers: z.array(z.int()) }) } },
  handle: (call) => call.json({ brokers: [call.api.broker.brokerId] }),
});
