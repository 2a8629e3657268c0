import * as z from 'zod';
import { asOffset } from '../../../kafka/types.ts';
import { demandTopics, mayReadAll } from '../../auth/authorize.ts';
import { onGroup } from '../../auth/needs.ts';
import { orNotFound } from '../../groups/named-partitions.ts';
import { V2_ANSWERS } from '../../http/media-types.ts';
import { noParameters } from '../../http/parameters.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { jsonBody } from '../json-body.ts';
import { consumesJson, instanceParameters, partitionsSchema, wholeJsonNumber } from './common.ts';

const PATH = '/consumers/{group}/instances/{instance}/positions';

const bodySchema = z.strictObject({
  offsets: z.array(
    z.strictObject({
      topic: z.string(),
      partition: wholeJsonNumber,
      offset: wholeJsonNumber.describe('Of the next record to read.'),
      metadata: z.string().nullish().describe('Taken, as by Confluent, and not kept.'),
    }),
  ),
});

export const seekConsumer = defineRoute({
  method: 'post',
  path: PATH,
  dialect: 'v2',
  needs: { path: [onGroup('READ')], more: 'Topic READ of each topic that it names' },
  summary: 'Let a consumer instance read on from other offsets.',
  params: instanceParameters,
  query: noParameters,
  consumes: consumesJson(bodySchema),
  produces: V2_ANSWERS,
  answers: { 204: { description: 'The next read begins there.' } },
  async handle(call) {
    const { broker } = call.api;
    const { offsets } = await jsonBody(call, bodySchema);
    await demandTopics(call, 'READ', offsets);
    const positions = offsets.map(({ topic, partition, offset }) => ({
      topic,
      partition,
      offset: asOffset(offset),
    }));
    const sought = broker.consumers.seek(call.params.group, call.params.instance, positions);
    await orNotFound(broker, positions, sought);
    return call.empty(204);
  },
});

const seekToEndOfLog = (end: 'beginning' | 'end', where: string): Route =>
  defineRoute({
    method: 'post',
    path: `${PATH}/${end}`,
    dialect: 'v2',
    needs: {
      path: [onGroup('READ')],
      more: 'Topic READ of each topic that it names, or, without names, that the instance reads',
    },
    summary: `Let a consumer instance read on from where the logs ${where} now.`,
    params: instanceParameters,
    query: noParameters,
    consumes: consumesJson(partitionsSchema),
    produces: V2_ANSWERS,
    answers: { 204: { description: 'All its partitions, when the list is empty.' } },
    async handle(call) {
      const { broker } = call.api;
      const { partitions } = await jsonBody(call, partitionsSchema);
      await demandTopics(call, 'READ', partitions);
      const { group, instance } = call.params;
      // Where it stands is what it commits by itself.
      const sought = broker.consumers.seekTo(group, instance, end, partitions, mayReadAll(call));
      await orNotFound(broker, partitions, sought);
      return call.empty(204);
    },
  });

export const seekConsumerToBeginning = seekToEndOfLog('beginning', 'begin');
export const seekConsumerToEnd = seekToEndOfLog('end', 'end');
