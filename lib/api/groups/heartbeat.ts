import * as z from 'zod';
import type { Heartbeat } from '../../group/types.ts';
import { demandTopics, describable } from '../auth/authorize.ts';
import { onGroup } from '../auth/needs.ts';
import { JSON_TYPE, V2_ANSWERS, V2_JSON } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { jsonBody } from '../v2/json-body.ts';
import { assignmentSchema, assignmentView } from './assignment-view.ts';
import { groupParameters } from './parameters.ts';

const ownedSchema = z.strictObject({
  topic_id: z.string().nullish(),
  topic_name: z.string().nullish().describe('Instead of topic_id.'),
  partitions: z.array(z.int().min(0)),
});

const bodySchema = z.strictObject({
  member_id: z.string().describe('Made up by the member, and kept for its whole life; a UUID.'),
  member_epoch: z
    .int()
    .describe('0 joins, -1 leaves, -2 leaves for a while; else what the last answer said.'),
  instance_id: z.string().nullish().describe('group.instance.id, of a static member.'),
  rack_id: z.string().nullish(),
  client_id: z.string().nullish().describe('Only shown.'),
  rebalance_timeout_ms: z.int().nullish().describe('How long it may take to let go of partitions.'),
  subscribed_topic_names: z.array(z.string()).nullish(),
  subscribed_topic_regex: z
    .string()
    .nullish()
    .describe("In RE2's syntax, for whole names; '' ends a subscription by pattern."),
  server_assignor: z.string().nullish().describe('uniform or range.'),
  topic_partitions: z.array(ownedSchema).nullish().describe('What it owns now, all of it.'),
});

const answerSchema = z.object({
  member_id: z.string(),
  member_epoch: z.int(),
  heartbeat_interval_ms: z.int().describe('When the next heartbeat is due.'),
  assignment: assignmentSchema
    .nullable()
    .describe('All that the member may own now; null when that is what it said that it owns.'),
});

function heartbeatOf(body: z.output<typeof bodySchema>): Heartbeat {
  return {
    memberId: body.member_id,
    memberEpoch: body.member_epoch,
    instanceId: body.instance_id ?? undefined,
    rackId: body.rack_id ?? undefined,
    clientId: body.client_id ?? undefined,
    rebalanceTimeoutMs: body.rebalance_timeout_ms ?? undefined,
    subscribedTopicNames: body.subscribed_topic_names ?? undefined,
    subscribedTopicRegex: body.subscribed_topic_regex ?? undefined,
    serverAssignor: body.server_assignor ?? undefined,
    ownedPartitions: body.topic_partitions?.map(({ topic_id, topic_name, partitions }) => ({
      topicId: topic_id ?? undefined,
      topicName: topic_name ?? undefined,
      partitions,
    })),
  };
}

/** Kafka's ConsumerGroupHeartbeat (KIP-848): joins a group, stays in it, hears what is assigned, and leaves it. */
export const heartbeat = defineRoute({
  method: 'post',
  path: '/groups/{group}/heartbeat',
  dialect: 'v2',
  needs: {
    path: [onGroup('READ')],
    more: 'Topic DESCRIBE of each topic that it names; a pattern leads to topics with DESCRIBE; shows topics with DESCRIBE',
  },
  summary: 'Join a consumer group, stay in it and hear what is assigned, or leave it (KIP-848).',
  params: groupParameters,
  query: noParameters,
  consumes: { [JSON_TYPE]: bodySchema, [V2_JSON]: bodySchema },
  produces: V2_ANSWERS,
  answers: { 200: { description: 'What the member may own.', schema: answerSchema } },
  async handle(call) {
    const body = await jsonBody(call, bodySchema);
    const named = body.subscribed_topic_names ?? [];
    await demandTopics(
      call,
      'DESCRIBE',
      named.map((topic) => ({ topic })),
    );
    const beat = { ...heartbeatOf(body), principal: call.principal };
    const answer = await call.api.broker.groups.heartbeat(call.params.group, beat);
    const { memberId, memberEpoch, heartbeatIntervalMs, assignment } = answer;
    // Whoever speaks may not be who subscribed, or may not see any more what he subscribed to.
    const visible = assignment && (await describable(call, assignment, ({ topicName }) => topicName));
    return call.json({
      member_id: memberId,
      member_epoch: memberEpoch,
      heartbeat_interval_ms: heartbeatIntervalMs,
      assignment: visible === undefined ? null : assignmentView(visible),
    });
  },
});
