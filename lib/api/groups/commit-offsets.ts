import * as z from 'zod';
import { demandTopics } from '../auth/authorize.ts';
import { onGroup } from '../auth/needs.ts';
import { JSON_TYPE, V2_ANSWERS, V2_JSON } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { jsonBody } from '../v2/json-body.ts';
import { isWholeName, memberFields, memberNameOf, WHOLE_NAME } from './member-fields.ts';
import { orNotFound, partitionFields } from './named-partitions.ts';
import { groupParameters } from './parameters.ts';

const offsetSchema = z.strictObject({
  ...partitionFields,
  offset: z.int().describe('Of the next record to read: one more than that of the last one read.'),
  leader_epoch: z.int().nullish(),
  metadata: z.string().nullish().describe('Whatever the committer likes to keep with it.'),
});

const bodySchema = z
  .strictObject({ ...memberFields, offsets: z.array(offsetSchema) })
  .refine(isWholeName, WHOLE_NAME);

/** Kafka's OffsetCommit. */
export const commitOffsets = defineRoute({
  method: 'post',
  path: '/groups/{group}/offsets',
  dialect: 'v2',
  needs: { path: [onGroup('READ')], more: 'Topic READ of each topic that it names' },
  summary: 'Commit offsets, as a member of the group or for partitions assigned by hand.',
  params: groupParameters,
  query: noParameters,
  consumes: { [JSON_TYPE]: bodySchema, [V2_JSON]: bodySchema },
  produces: V2_ANSWERS,
  answers: { 204: { description: 'They are committed.' } },
  async handle(call) {
    const { broker } = call.api;
    const body = await jsonBody(call, bodySchema);
    await demandTopics(call, 'READ', body.offsets);
    const offsets = body.offsets.map(({ topic, partition, offset, leader_epoch, metadata }) => ({
      topic,
      partition,
      offset,
      leaderEpoch: leader_epoch ?? undefined,
      metadata: metadata ?? undefined,
    }));
    const committed = broker.groups.commitOffsets(call.params.group, memberNameOf(body), offsets);
    await orNotFound(broker, offsets, committed);
    return call.empty(204);
  },
});
