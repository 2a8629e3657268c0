import * as z from 'zod';
import { describable } from '../auth/authorize.ts';
import { V2_ANSWERS } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';

export const listTopics = defineRoute({
  method: 'get',
  path: '/topics',
  dialect: 'v2',
  needs: { more: 'shows topics with DESCRIBE' },
  summary: 'List the names of all topics.',
  params: noParameters,
  query: noParameters,
  produces: V2_ANSWERS,
  answers: { 200: { description: 'Names, in their order.', schema: z.array(z.string()) } },
  async handle(call) {
    const topics = await describable(call, await call.api.broker.topics.list(), ({ name }) => name);
    return call.json(topics.map(({ name }) => name));
  },
});
