import * as z from 'zod';
import type { ResetTo } from '../../group/types.ts';
import { demandTopics } from '../auth/authorize.ts';
import { onGroup } from '../auth/needs.ts';
import { JSON_TYPE, V2_ANSWERS, V2_JSON } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { jsonBody } from '../v2/json-body.ts';
import { orNotFound, partitionFields } from './named-partitions.ts';
import { groupParameters } from './parameters.ts';

const targetSchema = z.union(
  [
    z.enum(['earliest', 'latest']),
    z.strictObject({
      timestamp: z
        .union([z.int(), z.iso.datetime({ offset: true }).transform(Date.parse)])
        .describe('The first record at or after this time: milliseconds since 1970, or ISO 8601.'),
    }),
    z.strictObject({ shift_by: z.int().describe('So many records on, or back, from the committed offset.') }),
    z.strictObject({ offset: z.int() }),
  ],
  'has to be "earliest", "latest", {"timestamp": ms since 1970 or ISO 8601}, {"shift_by": …} or {"offset": …}, in whole numbers',
);

const bodySchema = z.strictObject({
  partitions: z.array(
    z.strictObject({
      topic: partitionFields.topic,
      partition: partitionFields.partition.nullish().describe('All partitions of the topic, when absent.'),
    }),
  ),
  to: targetSchema,
  dry_run: z.boolean().nullish().describe('Tell what would be, and change nothing.'),
});

const answerSchema = z.object({
  offsets: z.array(z.object({ topic: z.string(), partition: z.int(), offset: z.int() })),
});

function resetToOf(to: z.output<typeof targetSchema>): ResetTo {
  if (typeof to === 'string') return { kind: to };
  if ('timestamp' in to) return { kind: 'timestamp', timestampMs: to.timestamp };
  if ('shift_by' in to) return { kind: 'shift', by: to.shift_by };
  return { kind: 'offset', offset: to.offset };
}

/** What `kafka-consumer-groups.sh --reset-offsets` does. */
export const resetOffsets = defineRoute({
  method: 'post',
  path: '/groups/{group}/offsets:reset',
  dialect: 'v2',
  needs: { path: [onGroup('READ')], more: 'Topic READ of each topic that it names' },
  summary: 'Move the committed offsets of a group that has no members.',
  params: groupParameters,
  query: noParameters,
  consumes: { [JSON_TYPE]: bodySchema, [V2_JSON]: bodySchema },
  produces: V2_ANSWERS,
  answers: { 200: { description: 'Where they are now, or would be.', schema: answerSchema } },
  async handle(call) {
    const { broker } = call.api;
    const body = await jsonBody(call, bodySchema);
    await demandTopics(call, 'READ', body.partitions);
    const reset = broker.groups.resetOffsets(call.params.group, {
      partitions: body.partitions.map(({ topic, partition }) => ({
        topic,
        partition: partition ?? undefined,
      })),
      to: resetToOf(body.to),
      dryRun: body.dry_run ?? undefined,
    });
    return call.json({ offsets: await orNotFound(broker, body.partitions, reset) });
  },
});
