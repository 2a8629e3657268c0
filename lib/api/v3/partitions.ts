import * as z from 'zod';
import type { Topic } from '../../cluster/types.ts';
import { KafkaError } from '../../kafka/errors.ts';
import { onTopic } from '../auth/needs.ts';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters, partitionParameter, topicParameter } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { checkCluster, clusterParameter, listOf, topicUrl } from './links.ts';
import { partitionSchema, partitionView } from './partition-view.ts';

const path = '/clusters/{cluster_id}/topics/{topic_name}/partitions';
const params = z.strictObject({ cluster_id: clusterParameter, topic_name: topicParameter });

export const listPartitions = defineRoute({
  method: 'get',
  path,
  dialect: 'v3',
  needs: { path: [onTopic('DESCRIBE', 'topic_name')] },
  summary: "List a topic's partitions.",
  params,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'The partitions.', schema: listOf('KafkaPartitionList', partitionSchema) } },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const topic = await broker.topics.get(call.params.topic_name);
    const metadata = { self: `${topicUrl(call, broker, topic)}/partitions`, next: null };
    const data = Array.from({ length: topic.partitionCount }, (_, number) =>
      partitionView(call, topic, number),
    );
    return call.json({ kind: 'KafkaPartitionList', metadata, data });
  },
});

/** @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION. */
function partitionOf(topic: Topic, text: string): number {
  const partition = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (partition >= 0 && partition < topic.partitionCount) return partition;
  const last = topic.partitionCount - 1;
  throw new KafkaError(
    'UNKNOWN_TOPIC_OR_PARTITION',
    `Topic ${topic.name} has partitions 0 to ${last}, not ${text}.`,
  );
}

export const getPartition = defineRoute({
  method: 'get',
  path: `${path}/{partition_id}`,
  dialect: 'v3',
  needs: { path: [onTopic('DESCRIBE', 'topic_name')] },
  summary: 'Describe a partition.',
  params: params.extend({ partition_id: partitionParameter }),
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'The partition.', schema: partitionSchema } },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const topic = await broker.topics.get(call.params.topic_name);
    return call.json(partitionView(call, topic, partitionOf(topic, call.params.partition_id)));
  },
});
