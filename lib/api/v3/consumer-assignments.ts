import * as z from 'zod';
import type { MemberDescription, TopicPartition } from '../../group/types.ts';
import { describable } from '../auth/authorize.ts';
import { onGroup, onTopic } from '../auth/needs.ts';
import type { Call } from '../http/call.ts';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters, partitionParameter, topicParameter } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { CONSUMER_PATH, consumerCrn, consumerParameters, consumerUrl, getMember } from './consumer.ts';
import { groupUrl, notFound } from './consumer-group.ts';
import { checkCluster, listOf, metadataSchema, relationshipSchema, topicUrl } from './links.ts';

const path = `${CONSUMER_PATH}/assignments`;

const assignmentSchema = z.object({
  kind: z.literal('KafkaConsumerAssignment'),
  metadata: metadataSchema,
  cluster_id: z.string(),
  consumer_group_id: z.string(),
  consumer_id: z.string(),
  topic_name: z.string(),
  partition_id: z.int(),
  partition: relationshipSchema,
  lag: relationshipSchema,
});

/** In the order of topics and partitions. */
const assignedTo = ({ assignment }: MemberDescription): TopicPartition[] =>
  assignment.flatMap(({ topicName, partitions }) =>
    partitions.map((partition) => ({ topic: topicName, partition })),
  );

function assignmentView(
  call: Call<unknown, unknown>,
  groupId: string,
  consumerId: string,
  { topic, partition }: TopicPartition,
): z.output<typeof assignmentSchema> {
  const { broker } = call.api;
  const place = `${topic}/partitions/${partition}`;
  const resourceName = `${consumerCrn(broker, groupId, consumerId)}/assignment=${topic}/partition=${partition}`;
  return {
    kind: 'KafkaConsumerAssignment',
    metadata: {
      self: `${consumerUrl(call, groupId, consumerId)}/assignments/${place}`,
      resource_name: resourceName,
    },
    cluster_id: broker.clusterId,
    consumer_group_id: groupId,
    consumer_id: consumerId,
    topic_name: topic,
    partition_id: partition,
    partition: { related: `${topicUrl(call, broker, { name: topic })}/partitions/${partition}` },
    lag: { related: `${groupUrl(call, groupId)}/lags/${place}` },
  };
}

export const listConsumerAssignments = defineRoute({
  method: 'get',
  path,
  dialect: 'v3',
  needs: { path: [onGroup('DESCRIBE', 'consumer_group_id')], more: 'shows topics with DESCRIBE' },
  summary: 'List the partitions that a member of a consumer group owns.',
  params: consumerParameters,
  query: noParameters,
  produces: [JSON_TYPE],
  answers: {
    200: { description: 'They.', schema: listOf('KafkaConsumerAssignmentList', assignmentSchema) },
  },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const { consumer_group_id: groupId, consumer_id: consumerId } = call.params;
    const all = assignedTo(await getMember(broker, groupId, consumerId));
    const assigned = await describable(call, all, ({ topic }) => topic);
    const metadata = { self: `${consumerUrl(call, groupId, consumerId)}/assignments`, next: null };
    const data = assigned.map((each) => assignmentView(call, groupId, consumerId, each));
    return call.json({ kind: 'KafkaConsumerAssignmentList', metadata, data });
  },
});

export const getConsumerAssignment = defineRoute({
  method: 'get',
  path: `${path}/{topic_name}/partitions/{partition_id}`,
  dialect: 'v3',
  needs: { path: [onGroup('DESCRIBE', 'consumer_group_id'), onTopic('DESCRIBE', 'topic_name')] },
  summary: 'Describe that a member of a consumer group owns a partition.',
  params: consumerParameters.extend({ topic_name: topicParameter, partition_id: partitionParameter }),
  query: noParameters,
  produces: [JSON_TYPE],
  answers: { 200: { description: 'It owns it.', schema: assignmentSchema } },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    const { consumer_group_id: groupId, consumer_id: consumerId, topic_name, partition_id } = call.params;
    const assigned = assignedTo(await getMember(broker, groupId, consumerId)).find(
      ({ topic, partition }) => topic === topic_name && String(partition) === partition_id,
    );
    if (assigned === undefined)
      throw notFound(`Consumer ${consumerId} does not own partition ${partition_id} of ${topic_name}.`);
    return call.json(assignmentView(call, groupId, consumerId, assigned));
  },
});
