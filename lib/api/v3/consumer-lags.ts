import { onGroup, onTopic } from '../auth/needs.ts';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters, partitionParameter, topicParameter } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { GROUP_PATH, groupParameters, groupUrl, notFound } from './consumer-group.ts';
import { committedLags, lagSchema, lagView } from './consumer-lag.ts';
import { checkCluster, listOf } from './links.ts';

const path = `${GROUP_PATH}/lags`;

export const listConsumerLags = defineRoute({
  method: 'get',
  path,
  dialect: 'v3',
  needs: { path: [onGroup('DESCRIBE', 'consumer_group_id')], more: 'shows topics with DESCRIBE' },
  summary: 'Tell how far a consumer group is behind, in each partition that it committed an offset for.',
  params: groupParameters,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: {
    200: { description: 'The greatest lag first.', schema: listOf('KafkaConsumerLagList', lagSchema) },
  },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const groupId = call.params.consumer_group_id;
    const lags = await committedLags(call, groupId);
    const metadata = { self: `${groupUrl(call, groupId)}/lags`, next: null };
    // Those that are as far behind stay in the order of topics and partitions.
    const data = lags.sort((a, b) => b.lag - a.lag).map((lag) => lagView(call, groupId, lag));
    return call.json({ kind: 'KafkaConsumerLagList', metadata, data });
  },
});

export const getConsumerLag = defineRoute({
  method: 'get',
  path: `${path}/{topic_name}/partitions/{partition_id}`,
  dialect: 'v3',
  needs: { path: [onGroup('DESCRIBE', 'consumer_group_id'), onTopic('DESCRIBE', 'topic_name')] },
  summary: 'Tell how far a consumer group is behind in a partition.',
  params: groupParameters.extend({ topic_name: topicParameter, partition_id: partitionParameter }),
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'Its lag.', schema: lagSchema } },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const { consumer_group_id: groupId, topic_name, partition_id } = call.params;
    const lag = (await committedLags(call, groupId)).find(
      ({ topic, partition }) => topic === topic_name && String(partition) === partition_id,
    );
    if (lag === undefined)
      throw notFound(
        `Consumer group ${groupId} has committed no offset for partition ${partition_id} of ${topic_name}.`,
      );
    return call.json(lagView(call, groupId, lag));
  },
});
