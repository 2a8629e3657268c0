import { onGroup } from '../auth/needs.ts';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import {
  CONSUMER_PATH,
  CONSUMERS_PATH,
  consumerParameters,
  consumerSchema,
  consumerView,
  getMember,
} from './consumer.ts';
import { groupParameters, groupUrl, ofGroup } from './consumer-group.ts';
import { checkCluster, listOf } from './links.ts';

export const listConsumers = defineRoute({
  method: 'get',
  path: CONSUMERS_PATH,
  dialect: 'v3',
  needs: { path: [onGroup('DESCRIBE', 'consumer_group_id')] },
  summary: "List a consumer group's members.",
  params: groupParameters,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: {
    200: {
      description: 'The members, in the order of their ids.',
      schema: listOf('KafkaConsumerList', consumerSchema),
    },
  },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const groupId = call.params.consumer_group_id;
    const { members } = await ofGroup(groupId, broker.groups.describe(groupId));
    const metadata = { self: `${groupUrl(call, groupId)}/consumers`, next: null };
    const data = members.map((member) => consumerView(call, groupId, member));
    return call.json({ kind: 'KafkaConsumerList', metadata, data });
  },
});

export const getConsumer = defineRoute({
  method: 'get',
  path: CONSUMER_PATH,
  dialect: 'v3',
  needs: { path: [onGroup('DESCRIBE', 'consumer_group_id')] },
  summary: 'Describe a member of a consumer group.',
  params: consumerParameters,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'The member.', schema: consumerSchema } },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const { consumer_group_id: groupId, consumer_id: consumerId } = call.params;
    return call.json(consumerView(call, groupId, await getMember(broker, groupId, consumerId)));
  },
});
