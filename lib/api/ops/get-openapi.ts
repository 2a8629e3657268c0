import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';

export const getOpenApi = defineRoute({
  method: 'get',
  path: '/openapi.json',
  dialect: 'v3',
  needs: {},
  summary: 'Describe this API (OpenAPI 3.1).',
  params: noParameters,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'The document.' } },
  async handle(call) {
    return call.send(200, await call.api.openApi());
  },
});
