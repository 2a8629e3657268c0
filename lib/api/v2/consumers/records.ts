import * as z from 'zod';
import type { FetchedPartition, RecordFormat } from '../../../group/instances/types.ts';
import { KafkaError } from '../../../kafka/errors.ts';
import type { Offset } from '../../../kafka/types.ts';
import { mayReadAll } from '../../auth/authorize.ts';
import { onGroup } from '../../auth/needs.ts';
import type { Broker } from '../../broker.ts';
import { ApiError } from '../../errors/api-error.ts';
import { recordSchema } from '../../fetch/record-schema.ts';
import { renderBinary } from '../../fetch/render-binary.ts';
import { renderJson } from '../../fetch/render-json.ts';
import { renderPartitions } from '../../fetch/render-partitions.ts';
import { BINARY_V2, JSON_TYPE, JSON_V2, V2_JSON } from '../../http/media-types.ts';
import { negotiate } from '../../http/negotiate.ts';
import { defineRoute } from '../../http/route.ts';
import { instanceParameters } from './common.ts';

/** As Confluent has it: what is not named, or not above 0, is the default. */
const limit = z
  .string()
  .regex(/^-?\d{1,16}$/, 'has to be a whole number')
  .transform(Number)
  .optional()
  .meta({ type: 'integer' });

const querySchema = z.strictObject({
  timeout: limit.describe(
    'Wait this many milliseconds for records, up to fetch.wait.limit.ms; as the instance says when absent.',
  ),
  max_bytes: limit.describe(
    'Stop here, after one batch at least, up to fetch.max.bytes; max.partition.fetch.bytes when absent.',
  ),
});

/** The media types that each format may be answered in. One that names no format means binary. */
const mediaTypes: Readonly<Record<RecordFormat, readonly string[]>> = {
  binary: [BINARY_V2, V2_JSON, JSON_TYPE],
  json: [JSON_V2],
};
const renderers = { binary: renderBinary, json: renderJson };

function maxBytesOf(given: number | undefined, { config }: Broker): number {
  const max = config['fetch.max.bytes'];
  return Math.min(given !== undefined && given > 0 ? given : config['max.partition.fetch.bytes'], max);
}

/** How many records there are behind what goes out of a partition: the most of all of them. */
function lagBehind(fetched: readonly FetchedPartition[], next: readonly Offset[]): number {
  return Math.max(
    0,
    ...fetched.map(({ highWatermark }, index) => highWatermark - (next[index] ?? highWatermark)),
  );
}

/** A client's damaged batch is the client's fault (422); one that lies in the log is not. */
function refusal(error: unknown): unknown {
  const isDamage = error instanceof KafkaError && error.error === 'CORRUPT_MESSAGE';
  return isDamage ? new ApiError(500, 50002, error.message) : error;
}

export const readConsumerRecords = defineRoute({
  method: 'get',
  path: '/consumers/{group}/instances/{instance}/records',
  dialect: 'v2',
  needs: { path: [onGroup('READ')], more: 'Topic READ of each topic that the instance reads' },
  summary: 'Read on from where the consumer instance stands, waiting for records when there are none.',
  params: instanceParameters,
  query: querySchema,
  produces: [BINARY_V2, JSON_V2, V2_JSON, JSON_TYPE],
  answers: { 200: { description: 'Records of any of its partitions.', schema: z.array(recordSchema) } },
  async handle(call) {
    const { broker } = call.api;
    const { timeout, max_bytes } = call.query;
    const { signal, headers } = call.request;
    const maxBytes = maxBytesOf(max_bytes, broker);
    const answerBytesMax = broker.config['response.max.bytes'];
    const decompressedBytesMax = broker.config['batch.decompressed.max.bytes'];
    const mayRead = mayReadAll(call);
    const typeFor = (format: RecordFormat) => negotiate(headers.get('accept'), mediaTypes[format]);
    const reading = broker.consumers.read(call.params.group, call.params.instance, {
      accepts: (format) => typeFor(format) !== undefined,
      maxBytes,
      timeoutMs: timeout !== undefined && timeout >= 0 ? timeout : undefined,
      signal,
      // It may wait for longer than its sender may read, or is known.
      checkTopics:
        mayRead &&
        (async (topicNames) => {
          await call.confirmSender();
          await mayRead(topicNames);
        }),
      take: (fetched, format) => {
        const limits = { maxBytes, answerBytesMax, decompressedBytesMax };
        const { answer, next, count } = renderPartitions(fetched, renderers[format], limits);
        const lag = lagBehind(fetched, next);
        return { answer: { text: answer, type: typeFor(format) ?? call.answerType, count, lag }, next };
      },
    });
    const { text, type, count, lag } = await reading.catch((error: unknown) =>
      Promise.reject(refusal(error)),
    );
    call.api.metrics.records('out', count);
    // Whoever is gone got nothing, so nothing is known.
    if (!signal.aborted) call.api.metrics.groupLag(lag);
    return call.send(200, text, { 'Content-Type': type });
  },
});
