import { z } from 'zod';
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
    const fetched = broker.groups.fetchOffsets(call.params.group, memberNameOf(body), partitions);
    const offsets = await orNotFound(broker, partitions ?? [], fetched);
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
