import * as z from 'zod';
import { demandTopics, describable } from '../../auth/authorize.ts';
import { onGroup } from '../../auth/needs.ts';
import { ApiError } from '../../errors/api-error.ts';
import { V2_ANSWERS } from '../../http/media-types.ts';
import { noParameters } from '../../http/parameters.ts';
import { defineRoute } from '../../http/route.ts';
import { jsonBody } from '../json-body.ts';
import { consumesJson, instanceParameters } from './common.ts';

const PATH = '/consumers/{group}/instances/{instance}/subscription';

const bodySchema = z
  .strictObject({
    topics: z.array(z.string()).nullish().describe('Names of topics, which need not exist yet.'),
    topic_pattern: z.string().nullish().describe("In RE2's syntax; has to match a whole name."),
  })
  .refine((body) => Boolean(body.topics ?? body.topic_pattern), 'names neither topics nor a topic_pattern');

export const subscribeConsumer = defineRoute({
  method: 'post',
  path: PATH,
  dialect: 'v2',
  needs: {
    path: [onGroup('READ')],
    more: 'Topic DESCRIBE of each topic that it names; a pattern leads to topics with DESCRIBE',
  },
  summary: 'Subscribe to topics: the group shares their partitions among its members.',
  params: instanceParameters,
  query: noParameters,
  consumes: consumesJson(bodySchema),
  produces: V2_ANSWERS,
  answers: { 204: { description: 'In the place of an earlier subscription of its kind.' } },
  async handle(call) {
    const { group, instance } = call.params;
    const { topics, topic_pattern } = await jsonBody(call, bodySchema);
    if (topics && topic_pattern)
      throw new ApiError(409, 40903, 'Illegal state: topics and topic_pattern are mutually exclusive.');
    const topicNames = topics ?? [];
    await demandTopics(
      call,
      'DESCRIBE',
      topicNames.map((topic) => ({ topic })),
    );
    const principal = call.api.authorizer && call.principal;
    const subscription = { topicNames, pattern: topic_pattern ?? undefined, principal };
    await call.api.broker.consumers.subscribe(group, instance, subscription);
    return call.empty(204);
  },
});

export const getSubscription = defineRoute({
  method: 'get',
  path: PATH,
  dialect: 'v2',
  needs: { path: [onGroup('READ')], more: 'shows topics with DESCRIBE' },
  summary: 'List the topics that a consumer instance is subscribed to.',
  params: instanceParameters,
  query: noParameters,
  produces: V2_ANSWERS,
  answers: {
    200: {
      description: 'Names of topics; of a pattern, those that it matches now.',
      schema: z.object({ topics: z.array(z.string()) }),
    },
  },
  async handle(call) {
    const { group, instance } = call.params;
    const topics = await call.api.broker.consumers.subscription(group, instance);
    return call.json({ topics: await describable(call, topics, (topic) => topic) });
  },
});

export const unsubscribeConsumer = defineRoute({
  method: 'delete',
  path: PATH,
  dialect: 'v2',
  needs: { path: [onGroup('READ')] },
  summary: 'End the subscription, or the assignment, of a consumer instance.',
  params: instanceParameters,
  query: noParameters,
  produces: V2_ANSWERS,
  answers: { 204: { description: 'It reads nothing any more.' } },
  async handle(call) {
    await call.api.broker.consumers.unsubscribe(call.params.group, call.params.instance);
    return call.empty(204);
  },
});
