import { onCluster } from '../auth/needs.ts';
import { ApiError } from '../errors/api-error.ts';
import { TEXT } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';

export const getMetrics = defineRoute({
  method: 'get',
  path: '/metrics',
  dialect: 'v3',
  needs: { path: [onCluster('DESCRIBE')] },
  summary: "Give the process's metrics in Prometheus' text format.",
  params: noParameters,
  query: noParameters,
  produces: [TEXT],
  answers: { 200: { description: 'Metrics.' } },
  async handle(call) {
    const { exposition } = call.api.metrics;
    if (exposition === undefined)
      throw new ApiError(404, 404, 'The metrics of this broker are not kept here.');
    return call.send(200, await exposition.text(), { 'Content-Type': exposition.contentType });
  },
});
