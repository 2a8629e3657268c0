import * as z from 'zod';
import { demandTopics, describable } from '../../auth/authorize.ts';
import { onGroup } from '../../auth/needs.ts';
import { orNotFound } from '../../groups/named-partitions.ts';
import { V2_ANSWERS } from '../../http/media-types.ts';
import { noParameters } from '../../http/parameters.ts';
import { defineRoute } from '../../http/route.ts';
import { jsonBody } from '../json-body.ts';
import { consumesJson, instanceParameters, partitionsSchema } from './common.ts';

const PATH = '/consumers/{group}/instances/{instance}/assignments';

export const assignConsumer = defineRoute({
  method: 'post',
  path: PATH,
  dialect: 'v2',
  needs: { path: [onGroup('READ')], more: 'Topic READ of each topic that it names' },
  summary: 'Assign partitions to a consumer instance by hand, outside of what the group shares.',
  params: instanceParameters,
  query: noParameters,
  consumes: consumesJson(partitionsSchema),
  produces: V2_ANSWERS,
  answers: { 204: { description: 'In the place of an earlier assignment.' } },
  async handle(call) {
    const { broker } = call.api;
    const { partitions } = await jsonBody(call, partitionsSchema);
    await demandTopics(call, 'READ', partitions);
    const assigned = broker.consumers.assign(call.params.group, call.params.instance, partitions);
    await orNotFound(broker, partitions, assigned);
    return call.empty(204);
  },
});

export const getAssignments = defineRoute({
  method: 'get',
  path: PATH,
  dialect: 'v2',
  needs: { path: [onGroup('READ')], more: 'shows topics with DESCRIBE' },
  summary: 'List the partitions that a consumer instance reads.',
  params: instanceParameters,
  query: noParameters,
  produces: V2_ANSWERS,
  answers: {
    200: {
      description: 'Those assigned by hand; or those that the group had given it when it last read.',
      schema: z.object({ partitions: z.array(z.object({ topic: z.string(), partition: z.int() })) }),
    },
  },
  async handle(call) {
    const { group, instance } = call.params;
    const partitions = await call.api.broker.consumers.assignment(group, instance);
    return call.json({ partitions: await describable(call, partitions, ({ topic }) => topic) });
  },
});
