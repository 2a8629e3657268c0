import { onGroup } from '../auth/needs.ts';
import { visibleMembers } from '../auth/visible-groups.ts';
import { V2_ANSWERS } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { groupSchema, groupView } from './group-view.ts';
import { groupParameters } from './parameters.ts';

/** Kafka's ConsumerGroupDescribe. */
export const getGroup = defineRoute({
  method: 'get',
  path: '/groups/{group}',
  dialect: 'v2',
  needs: { path: [onGroup('DESCRIBE')], more: 'shows topics with DESCRIBE' },
  summary: 'Describe a consumer group: its state, its members, and what each of them owns.',
  params: groupParameters,
  query: noParameters,
  produces: V2_ANSWERS,
  answers: { 200: { description: 'The group.', schema: groupSchema } },
  async handle(call) {
    const group = await call.api.broker.groups.describe(call.params.group);
    return call.json(groupView({ ...group, members: await visibleMembers(call, group.members) }));
  },
});
