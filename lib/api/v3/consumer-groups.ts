import * as z from 'zod';
import { onGroup } from '../auth/needs.ts';
import { listedGroups } from '../auth/visible-groups.ts';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { GROUP_PATH, GROUPS_PATH, groupParameters, groupsUrl, ofGroup } from './consumer-group.ts';
import { consumerGroupSchema, consumerGroupView } from './consumer-group-view.ts';
import { checkCluster, clusterParameter, listOf } from './links.ts';

export const listConsumerGroups = defineRoute({
  method: 'get',
  path: GROUPS_PATH,
  dialect: 'v3',
  needs: { more: 'Cluster DESCRIBE; without it, shows groups with DESCRIBE' },
  summary: 'List all consumer groups.',
  params: z.strictObject({ cluster_id: clusterParameter }),
  query: noParameters,
  produces: [JSON_TYPE],
  answers: {
    200: { description: 'The groups.', schema: listOf('KafkaConsumerGroupList', consumerGroupSchema) },
  },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const groups = await listedGroups(call, await broker.groups.list());
    const metadata = { self: groupsUrl(call), next: null };
    const data = groups.map((group) => consumerGroupView(call, group));
    return call.json({ kind: 'KafkaConsumerGroupList', metadata, data });
  },
});

export const getConsumerGroup = defineRoute({
  method: 'get',
  path: GROUP_PATH,
  dialect: 'v3',
  needs: { path: [onGroup('DESCRIBE', 'consumer_group_id')] },
  summary: 'Describe a consumer group.',
  params: groupParameters,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'The group.', schema: consumerGroupSchema } },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const groupId = call.params.consumer_group_id;
    return call.json(consumerGroupView(call, await ofGroup(groupId, broker.groups.describe(groupId))));
  },
});
