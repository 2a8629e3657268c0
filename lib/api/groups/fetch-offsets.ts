import * as z from 'zod';
import { demand, demandTopics, describable, groupAction } from '../auth/authorize.ts';
import { onGroup } from '../auth/needs.ts';
import { JSON_TYPE, V2_ANSWERS, V2_JSON } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { jsonBody } from '../v2/json-body.ts';
import { isWholeName, memberFields, memberNameOf, WHOLE_NAME } from './member-fields.ts';
import { orNotFound, partitionFields } from './named-partitions.ts';
import { groupParameters } from './parameters.ts';

const bodySchema = z
  .strictObject({
    ...memberFields,
    partitions: z
      .array(z.strictObject(partitionFields))
      .nullish()
      .describe('All that the group has committed, when absent.'),
  })
  .refine(isWholeName, WHOLE_NAME);

const answerSchema = z.object({
  offsets: z.array(
    z.object({
      topic: z.string(),
      partition: z.int(),
      offset: z.int().nullable().describe('null when none is committed.'),
      leader_epoch: z.int().nullable(),
      metadata: z.string(),
      committed_ms: z.int().nullable().describe('Milliseconds since 1970.'),
    }),
  ),
});

/** Kafka's OffsetFetch. */
export const fetchOffsets = defineRoute({
  method: 'post',
  path: '/groups/{group}/offsets:fetch',
  dialect: 'v2',
  needs: {
    path: [onGroup('DESCRIBE')],
    more: 'Group READ of who speaks as a member; Topic DESCRIBE of each topic that it names; without names, shows topics with DESCRIBE',
  },
  summary: 'Read committed offsets. A member thereby shuts out former owners of its partitions.',
  params: groupParameters,
  query: noParameters,
  consumes: { [JSON_TYPE]: bodySchema, [V2_JSON]: bodySchema },
  produces: V2_ANSWERS,
  answers: { 200: { description: 'In the order of the partitions asked for.', schema: answerSchema } },
  async handle(call) {
    const { broker } = call.api;
    const body = await jsonBody(call, bodySchema);
    const partitions = body.partitions ?? undefined;
    const member = memberNameOf(body);
    // It shuts out former owners, so it takes as much as to be a member.
    if (member !== undefined) await demand(call, [groupAction('READ', call.params.group)]);
    await demandTopics(call, 'DESCRIBE', partitions ?? []);
    const fetched = broker.groups.fetchOffsets(call.params.group, member, partitions);
    const found = await orNotFound(broker, partitions ?? [], fetched);
    const offsets = partitions === undefined ? await describable(call, found, ({ topic }) => topic) : found;
    return call.json({
      offsets: offsets.map(({ topic, partition, offset, leaderEpoch, metadata, committedMs }) => ({
        topic,
        partition,
        offset: offset ?? null,
        leader_epoch: leaderEpoch ?? null,
        metadata,
        committed_ms: committedMs ?? null,
      })),
    });
  },
});
