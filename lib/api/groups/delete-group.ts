import { onGroup } from '../auth/needs.ts';
import { V2_ANSWERS } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { groupParameters } from './parameters.ts';

/** Kafka's DeleteGroups. */
export const deleteGroup = defineRoute({
  method: 'delete',
  path: '/groups/{group}',
  dialect: 'v2',
  needs: { path: [onGroup('DELETE')] },
  summary: 'Delete a group that has no members, and its offsets.',
  params: groupParameters,
  query: noParameters,
  produces: V2_ANSWERS,
  answers: { 204: { description: 'It is gone.' } },
  async handle(call) {
    await call.api.broker.groups.delete(call.params.group);
    return call.empty(204);
  },
});
