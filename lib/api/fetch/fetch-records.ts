import * as z from 'zod';
import { countRecords, readBatchHeader } from '../../kafka/batch-header.ts';
import { KafkaError } from '../../kafka/errors.ts';
import { asOffset, type Offset } from '../../kafka/types.ts';
import type { FetchResult } from '../../log/types.ts';
import type { PartitionKey } from '../../storage/head.ts';
import { demand, topicAction } from '../auth/authorize.ts';
import { onTopic } from '../auth/needs.ts';
import type { Broker } from '../broker.ts';
import { ApiError, answerTooLarge, badParameter, kafkaAnswer } from '../errors/api-error.ts';
import type { Call } from '../http/call.ts';
import { BINARY_V2, JSON_TYPE, JSON_V2, RECORD_BATCH, V2_JSON } from '../http/media-types.ts';
import { partitionParameter, topicParameter, wholeNumber } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { fromLog, getTopic, partitionOf } from '../v2/topics.ts';
import { joinBatches } from './join-batches.ts';
import { recordSchema } from './record-schema.ts';
import { renderBinary } from './render-binary.ts';
import { renderJson } from './render-json.ts';
import { GROWTH_MAX, renderRecords } from './render-records.ts';

const querySchema = z.strictObject({
  offset: z
    .union(
      [z.enum(['earliest', 'latest']), wholeNumber],
      'has to be earliest, latest or a whole number from 0',
    )
    .optional()
    .describe('The first offset wanted. Without offset and timestamp: earliest.'),
  timestamp: z
    .union(
      [wholeNumber, z.iso.datetime({ offset: true }).transform(Date.parse)],
      'has to be ms since 1970, or ISO 8601',
    )
    .optional()
    .describe(
      'Begin with the first record at or after this time, in milliseconds since 1970 or as ISO 8601.',
    ),
  timeout: wholeNumber
    .optional()
    .describe('Wait this many milliseconds for records; fetch.max.wait.ms when absent.'),
  max_bytes: wholeNumber
    .optional()
    .describe('Stop here, after one batch at least; max.partition.fetch.bytes.'),
  min_bytes: wholeNumber.optional().describe('Wait until there is this much; 1 when absent.'),
});

type FetchQuery = z.output<typeof querySchema>;

/** @throws ApiError 40002. */
function atMost(value: number, name: string, max: number, config: string): number {
  if (value <= max) return value;
  throw badParameter(`Query parameter ${name} is ${value}, above the limit of ${max} (${config}).`);
}

function limitsOf({ timeout, max_bytes, min_bytes }: FetchQuery, { config }: Broker) {
  const bytesMax = config['fetch.max.bytes'];
  const maxBytes = max_bytes ?? Math.min(config['max.partition.fetch.bytes'], bytesMax);
  const waitMsMax = config['fetch.wait.limit.ms'];
  const waitMs = timeout ?? Math.min(config['fetch.max.wait.ms'], waitMsMax);
  return {
    // More than an answer may have need not be read.
    maxBytes: Math.min(
      atMost(maxBytes, 'max_bytes', bytesMax, 'fetch.max.bytes'),
      config['response.max.bytes'],
    ),
    minBytes: atMost(min_bytes ?? 1, 'min_bytes', bytesMax, 'fetch.max.bytes'),
    maxWaitMs: atMost(waitMs, 'timeout', waitMsMax, 'fetch.wait.limit.ms'),
  };
}

/** The offset that a request means. One beyond all timestamps is the next one to come, as in Kafka's consumer. */
async function startOf(
  { offset, timestamp }: FetchQuery,
  broker: Broker,
  partition: PartitionKey,
): Promise<Offset> {
  if (offset !== undefined && timestamp !== undefined) {
    throw badParameter('Query parameters offset and timestamp exclude each other.');
  }
  if (typeof offset === 'number') return asOffset(offset);
  if (timestamp !== undefined) {
    const found = await broker.logs.offsetForTimestamp(partition, timestamp);
    return found?.offset ?? (await broker.logs.offsets(partition)).next;
  }
  const { start, next } = await broker.logs.offsets(partition);
  return offset === 'latest' ? next : start;
}

const offsetHeaders = ({ next, start }: { next: Offset; start: Offset }) => ({
  'Kafka-High-Watermark': String(next),
  'Kafka-Log-Start-Offset': String(start),
});

/** What the log refuses, in this route's words. */
async function refusal(error: unknown, broker: Broker, partition: PartitionKey): Promise<unknown> {
  if (!(error instanceof KafkaError)) return error;
  if (error.error === 'OFFSET_OUT_OF_RANGE') {
    const { status, errorCode, message } = kafkaAnswer(error);
    return new ApiError(status, errorCode, message, offsetHeaders(await broker.logs.offsets(partition)));
  }
  // A client's damaged batch is the client's fault (422); one that lies in the log is not.
  if (error.error === 'CORRUPT_MESSAGE') return new ApiError(500, 50002, error.message);
  return error;
}

/** @param next Where to go on: the offset behind the last record of the answer. */
function answer(
  call: Call<unknown, unknown>,
  { highWatermark, logStartOffset }: FetchResult,
  { next, body }: { readonly next: Offset; readonly body: string | Uint8Array },
): Response {
  const headers = offsetHeaders({ next: highWatermark, start: logStartOffset });
  return call.send(200, body as string | Uint8Array<ArrayBuffer>, {
    ...headers,
    'Kafka-Next-Offset': String(next),
  });
}

/** Record batches as they are. @throws ApiError 40602 for a first one that is longer than an answer may be. */
function joined(batches: readonly Uint8Array[], offset: Offset, bytesMax: number) {
  const last = batches.at(-1);
  if (last === undefined) return { next: offset, body: joinBatches(batches) };
  const body = joinBatches(batches);
  if (body.length > bytesMax) {
    throw answerTooLarge(
      `The record batch at offset ${offset} has ${body.length} bytes`,
      `fetch its records as JSON (${BINARY_V2}), or the batch where that limit is higher`,
    );
  }
  const { baseOffset, lastOffsetDelta } = readBatchHeader(last);
  return { next: asOffset(baseOffset + lastOffsetDelta + 1), body };
}

export const fetchRecords = defineRoute({
  method: 'get',
  path: '/topics/{topic}/partitions/{partition}/records',
  dialect: 'v2',
  needs: { path: [onTopic('READ')] },
  summary: 'Read records from an offset on, waiting for them when there are none.',
  params: z.strictObject({ topic: topicParameter, partition: partitionParameter }),
  query: querySchema,
  produces: [BINARY_V2, JSON_V2, RECORD_BATCH, V2_JSON, JSON_TYPE],
  answers: {
    200: { description: 'Records, or record batches as they are stored.', schema: z.array(recordSchema) },
  },
  async handle(call) {
    const { broker } = call.api;
    const topic = await getTopic(broker, call.params.topic);
    const number = partitionOf(topic, call.params.partition);
    const partition = { topicId: topic.id, partition: number };
    const limits = limitsOf(call.query, broker);
    const answerBytesMax = broker.config['response.max.bytes'];
    const offset = await fromLog(broker, topic, startOf(call.query, broker, partition));
    const { signal } = call.request;
    let result: FetchResult;
    try {
      result = await fromLog(broker, topic, broker.logs.fetch({ partition, offset, ...limits, signal }));
    } catch (error) {
      throw await refusal(error, broker, partition);
    }
    // It may have waited for longer than its sender may read, or is known.
    await call.confirmSender();
    if (call.api.authorizer !== undefined) await demand(call, [topicAction('READ', topic.name)]);
    const { metrics } = call.api;
    if (call.answerType === RECORD_BATCH) {
      const batches = joined(result.batches, offset, answerBytesMax);
      metrics.records('out', countRecords(result.batches));
      return answer(call, result, batches);
    }
    const render = call.answerType === JSON_V2 ? renderJson : renderBinary;
    const { text, count, next } = renderRecords(
      result.batches,
      render(topic.name, number),
      { lengthMax: limits.maxBytes * GROWTH_MAX, bytesMax: answerBytesMax },
      { from: offset, decompressedBytesMax: broker.config['batch.decompressed.max.bytes'] },
    );
    metrics.records('out', count);
    return answer(call, result, { next, body: text });
  },
});
