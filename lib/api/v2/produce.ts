import * as z from 'zod';
import { effectiveConfig } from '../../cluster/topic-configs.ts';
import type { Topic } from '../../cluster/types.ts';
import { countRecords } from '../../kafka/batch-header.ts';
import { onTopic } from '../auth/needs.ts';
import { parseJson, textOf } from '../http/body.ts';
import type { Call } from '../http/call.ts';
import { BINARY_V2, JSON_V2, RECORD_BATCH, V2_ANSWERS, V2_JSON } from '../http/media-types.ts';
import { noParameters, partitionParameter, topicParameter } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import {
  type BinaryRecord,
  binaryRecords,
  binaryToPartitionSchema,
  binaryToTopicSchema,
} from '../produce/binary-records.ts';
import { idempotencyKeyHeader } from '../produce/idempotency-key.ts';
import type { IncomingRecord } from '../produce/incoming-record.ts';
import {
  type JsonRecord,
  jsonRecords,
  jsonToPartitionSchema,
  jsonToTopicSchema,
} from '../produce/json-records.ts';
import { produceBatchesOnce, produceRecordsOnce } from '../produce/produce-once.ts';
import { forgetDeletedTopic, outcomeOf, produceRecords } from '../produce/produce-records.ts';
import { produceResponse, produceResponseSchema } from '../produce/produce-response.ts';
import { admitBatches } from '../produce/record-batches.ts';
import { type Repeatable, repeatableOf } from '../produce/repeatable.ts';
import { TO_MAKE_IT } from '../produce/topic-to-write.ts';
import { check } from './json-body.ts';
import { getOrCreateTopic, partitionOf } from './topics.ts';

/** The records of a JSON body in either format. */
function recordsOf(
  text: string,
  bodyType: string,
  schemas: { binary: z.ZodType<{ records: BinaryRecord[] }>; json: z.ZodType<{ records: JsonRecord[] }> },
): IncomingRecord[] {
  const parsed = parseJson(text);
  if (bodyType === JSON_V2) return jsonRecords(text, check(schemas.json, parsed).records);
  return binaryRecords(check(schemas.binary, parsed).records);
}

const toTopic = { binary: binaryToTopicSchema, json: jsonToTopicSchema };

const answers = { 200: { description: 'What became of each record.', schema: produceResponseSchema } };

export const produceToTopic = defineRoute({
  method: 'post',
  path: '/topics/{topic}',
  dialect: 'v2',
  needs: { path: [onTopic('WRITE')], more: TO_MAKE_IT },
  summary: 'Append records to the partitions that they name, or that their keys choose.',
  params: z.strictObject({ topic: topicParameter }),
  query: noParameters,
  headers: idempotencyKeyHeader,
  consumes: {
    [BINARY_V2]: binaryToTopicSchema,
    [JSON_V2]: jsonToTopicSchema,
    [V2_JSON]: binaryToTopicSchema,
  },
  produces: V2_ANSWERS,
  answers,
  async handle(call) {
    const body = await call.body();
    const repeatable = repeatableOf(call, 'v2', body);
    const records = recordsOf(textOf(body), call.bodyType, toTopic);
    const topicName = call.params.topic;
    const findTopic = () => getOrCreateTopic(call, topicName);
    if (repeatable === undefined)
      return produceResponse(call, await produceRecords(call.api, await findTopic(), records));
    const { outcomes } = await produceRecordsOnce(call.api, repeatable, { topicName, findTopic }, records);
    return produceResponse(call, outcomes);
  },
});

const toPartition = { binary: binaryToPartitionSchema, json: jsonToPartitionSchema };

export const produceToPartition = defineRoute({
  method: 'post',
  path: '/topics/{topic}/partitions/{partition}',
  dialect: 'v2',
  needs: { path: [onTopic('WRITE')], more: TO_MAKE_IT },
  summary: 'Append records, or record batches as they are, to one partition.',
  params: z.strictObject({ topic: topicParameter, partition: partitionParameter }),
  query: noParameters,
  headers: idempotencyKeyHeader,
  consumes: {
    [BINARY_V2]: binaryToPartitionSchema,
    [JSON_V2]: jsonToPartitionSchema,
    [V2_JSON]: binaryToPartitionSchema,
    [RECORD_BATCH]: { bytes: 'One or more record batches of magic 2, one behind the other.' },
  },
  produces: V2_ANSWERS,
  answers,
  async handle(call) {
    const body = await call.body();
    const repeatable = repeatableOf(call, 'v2', body);
    if (call.bodyType === RECORD_BATCH) return produceBatches(call, body, repeatable);
    const { topic: topicName, partition: named } = call.params;
    const records = recordsOf(textOf(body), call.bodyType, toPartition);
    const findTopic = () => getOrCreateTopic(call, topicName);
    if (repeatable === undefined) {
      const topic = await findTopic();
      return produceResponse(call, await produceRecords(call.api, topic, records, partitionOf(topic, named)));
    }
    const destination = { topicName, findTopic, partition: named };
    const { outcomes } = await produceRecordsOnce(call.api, repeatable, destination, records);
    return produceResponse(call, outcomes);
  },
});

async function produceBatches(
  call: Call<{ topic: string; partition: string }, unknown>,
  body: Uint8Array,
  repeatable: Repeatable | undefined,
): Promise<Response> {
  const { broker } = call.api;
  const { topic: topicName, partition: named } = call.params;
  const findTopic = () => getOrCreateTopic(call, topicName);
  const admit = (topic: Topic) => {
    const limits = { config: broker.config, topicConfig: effectiveConfig(topic, broker.config) };
    return admitBatches(body, limits, broker.now());
  };
  if (repeatable !== undefined) {
    const destination = { topicName, findTopic, partition: named };
    return produceResponse(call, await produceBatchesOnce(call.api, repeatable, destination, admit));
  }
  const topic = await findTopic();
  const partition = partitionOf(topic, named);
  const batches = admit(topic);
  const answered = await broker.logs.append({ topicId: topic.id, partition }, batches);
  const outcomes = batches.map((_, index) => outcomeOf(answered[index], partition, 0));
  const appended = batches.filter((_, index) => answered[index]?.kind === 'appended');
  call.api.metrics.records('in', countRecords(appended));
  forgetDeletedTopic(topicName, outcomes, broker.topics);
  return produceResponse(call, outcomes);
}
