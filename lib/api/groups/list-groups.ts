import * as z from 'zod';
import { listedGroups } from '../auth/visible-groups.ts';
import { V2_ANSWERS } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { listingSchema, listingView } from './group-view.ts';

/** Kafka's ListGroups. */
export const listGroups = defineRoute({
  method: 'get',
  path: '/groups',
  dialect: 'v2',
  needs: { more: 'Cluster DESCRIBE; without it, shows groups with DESCRIBE' },
  summary: 'List all consumer groups.',
  params: noParameters,
  query: noParameters,
  produces: V2_ANSWERS,
  answers: {
    200: {
      description: 'The groups, in the order of their names.',
      schema: z.object({ groups: z.array(listingSchema) }),
    },
  },
  async handle(call) {
    const groups = await listedGroups(call, await call.api.broker.groups.list());
    return call.json({ groups: groups.map(listingView) });
  },
});
