import * as z from 'zod';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { clusterSchema, clusterView } from './cluster-view.ts';
import { baseOf, checkCluster, clusterParameter, listOf } from './links.ts';

export const listClusters = defineRoute({
  method: 'get',
  path: '/clusters',
  dialect: 'v3',
  needs: {},
  summary: 'List the clusters: there is one.',
  params: noParameters,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'The cluster.', schema: listOf('KafkaClusterList', clusterSchema) } },
  handle(call) {
    const metadata = { self: `${baseOf(call)}/clusters`, next: null };
    return call.json({ kind: 'KafkaClusterList', metadata, data: [clusterView(call)] });
  },
});

export const getCluster = defineRoute({
  method: 'get',
  path: '/clusters/{cluster_id}',
  dialect: 'v3',
  needs: {},
  summary: 'Describe the cluster.',
  params: z.strictObject({ cluster_id: clusterParameter }),
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'The cluster.', schema: clusterSchema } },
  handle(call) {
    checkCluster(call.api.broker, call.params.cluster_id);
    return call.json(clusterView(call));
  },
});
