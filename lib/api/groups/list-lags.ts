import * as z from 'zod';
import { describable } from '../auth/authorize.ts';
import { onGroup } from '../auth/needs.ts';
import { V2_ANSWERS } from '../http/media-types.ts';
import { noParameters } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { groupParameters } from './parameters.ts';

const answerSchema = z.object({
  lags: z.array(
    z.object({
      topic: z.string(),
      partition: z.int(),
      current_offset: z.int().nullable().describe('null when none is committed.'),
      log_end_offset: z.int(),
      lag: z.int().nullable(),
      member_id: z.string().nullable().describe('Who owns the partition; null when nobody does.'),
      instance_id: z.string().nullable(),
      client_id: z.string().nullable(),
    }),
  ),
});

/** What `kafka-consumer-groups.sh --describe` shows. */
export const listLags = defineRoute({
  method: 'get',
  path: '/groups/{group}/lags',
  dialect: 'v2',
  needs: { path: [onGroup('DESCRIBE')], more: 'shows topics with DESCRIBE' },
  summary: 'Tell how far a group is behind, in each partition that it committed or that a member owns.',
  params: groupParameters,
  query: noParameters,
  produces: V2_ANSWERS,
  answers: { 200: { description: 'In the order of topics and partitions.', schema: answerSchema } },
  async handle(call) {
    const { broker, metrics } = call.api;
    const all = await broker.groups.lags(call.params.group);
    if (all.length > 0) metrics.groupLag(Math.max(...all.map(({ lag }) => lag ?? 0)));
    const lags = await describable(call, all, ({ topic }) => topic);
    return call.json({
      lags: lags.map(({ topic, partition, currentOffset, logEndOffset, lag, owner }) => ({
        topic,
        partition,
        current_offset: currentOffset ?? null,
        log_end_offset: logEndOffset,
        lag: lag ?? null,
        member_id: owner?.memberId ?? null,
        instance_id: owner?.instanceId ?? null,
        client_id: owner?.clientId ?? null,
      })),
    });
  },
});
