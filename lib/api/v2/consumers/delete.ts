import { onGroup } from '../../auth/needs.ts';
import { V2_ANSWERS } from '../../http/media-types.ts';
import { noParameters } from '../../http/parameters.ts';
import { defineRoute } from '../../http/route.ts';
import { instanceParameters } from './common.ts';

export const deleteConsumer = defineRoute({
  method: 'delete',
  path: '/consumers/{group}/instances/{instance}',
  dialect: 'v2',
  needs: { path: [onGroup('READ')] },
  summary: 'Delete a consumer instance: it leaves its group, whose other members get its partitions.',
  params: instanceParameters,
  query: noParameters,
  produces: V2_ANSWERS,
  answers: { 204: { description: 'It is gone.' } },
  async handle(call) {
    await call.api.broker.consumers.delete(call.params.group, call.params.instance);
    return call.empty(204);
  },
});
