import * as z from 'zod';
import { effectiveConfig } from '../../cluster/topic-configs.ts';
import type { Topic } from '../../cluster/types.ts';
import { demand, topicAction } from '../auth/authorize.ts';
import { onTopic } from '../auth/needs.ts';
import type { Broker } from '../broker.ts';
import type { ErrorAnswer } from '../errors/api-error.ts';
import { ApiError } from '../errors/api-error.ts';
import { answerTo } from '../errors/error-response.ts';
import type { Call } from '../http/call.ts';
import { JSON_TYPE } from '../http/media-types.ts';
import { noParameters, topicParameter } from '../http/parameters.ts';
import { defineRoute } from '../http/route.ts';
import { jsonObjects } from '../json/object-stream.ts';
import { idempotencyKeyHeader, idempotencyKeyOf } from '../produce/idempotency-key.ts';
import { produceRecordsOnce } from '../produce/produce-once.ts';
import { type Outcome, produceRecords } from '../produce/produce-records.ts';
import { repeatableOf } from '../produce/repeatable.ts';
import { TO_MAKE_IT, topicToWrite } from '../produce/topic-to-write.ts';
import { checkCluster, clusterParameter } from './links.ts';
import { OrderedAnswers, SEPARATOR } from './ordered-answers.ts';
import {
  type DataType,
  type JsonObject,
  produceRequestSchema,
  readJson,
  type StreamedRecord,
  streamedRecord,
} from './produce-schema.ts';

/** Enough that many records share a flush; few enough that large ones do not fill the memory. */
const IN_FLIGHT_MAX = 64;

const dataSchema = z.object({ type: z.string(), size: z.int() }).optional();

const produceResponseSchema = z.object({
  error_code: z.int().describe('200, or that of the error.'),
  message: z.string().optional().describe('Only with an error.'),
  cluster_id: z.string().optional(),
  topic_name: z.string().optional(),
  partition_id: z.int().optional(),
  offset: z.int().optional(),
  timestamp: z.string().optional(),
  key: dataSchema,
  value: dataSchema,
});

const sizeOf = (type: DataType | undefined, bytes: Uint8Array | null) =>
  type && { type, size: bytes?.length ?? 0 };

const errorEntry = ({ errorCode, message }: ErrorAnswer): string =>
  JSON.stringify({ error_code: errorCode, message });

/** The JSON of the answer to a record that stands in the log. @throws KafkaError when it does not. */
function entryOf(
  { clusterId }: Broker,
  topicName: string,
  { record, keyType, valueType }: StreamedRecord,
  outcome: Outcome | undefined,
  timestamp: number,
): string {
  if (outcome === undefined) throw new Error('a record had no outcome');
  if (outcome.error !== undefined) throw outcome.error;
  return JSON.stringify({
    error_code: 200,
    cluster_id: clusterId,
    topic_name: topicName,
    partition_id: outcome.partition,
    offset: outcome.offset,
    timestamp: new Date(timestamp).toISOString(),
    key: sizeOf(keyType, record.key),
    value: sizeOf(valueType, record.value),
  });
}

/** Appends one record, and gives the JSON of its answer. */
async function produceOne(
  { api }: Call<unknown, unknown>,
  topic: Topic,
  streamed: StreamedRecord,
): Promise<string> {
  const { broker } = api;
  const timestamp = streamed.record.timestamp ?? broker.now();
  const [outcome] = await produceRecords(api, topic, [{ ...streamed.record, timestamp }]);
  const isLogTime = effectiveConfig(topic, broker.config)['message.timestamp.type'] === 'LogAppendTime';
  return entryOf(broker, topic.name, streamed, outcome, isLogTime ? broker.now() : timestamp);
}

/** Reads objects as they arrive; each is on its way to the log before the next one is read. */
async function produceAll(
  call: Call<unknown, unknown>,
  topic: Topic,
  answers: OrderedAnswers,
): Promise<void> {
  const { broker, metrics, onBug } = call.api;
  const bytesMax = broker.config['socket.request.max.bytes'];
  const refused = (error: unknown): string => errorEntry(answerTo(error, onBug));
  let bytesIn = 0;
  try {
    for await (const object of jsonObjects(call.request.body, bytesMax)) {
      bytesIn += object.length;
      const json = readJson(object);
      await answers.add(checkAndProduce(call, topic, json).catch(refused));
    }
  } catch (error) {
    // Where the next object begins cannot be told: this is the last entry. A client that is gone hears nothing.
    if (error instanceof ApiError) await answers.add(Promise.resolve(refused(error)));
  }
  await answers.end();
  metrics.bodies(bytesIn, answers.bytes);
}

async function checkAndProduce(
  call: Call<unknown, unknown>,
  topic: Topic,
  json: JsonObject,
): Promise<string> {
  // A stream may go on for longer than its sender may write, or is known.
  await call.confirmSender();
  if (call.api.authorizer !== undefined) await demand(call, [topicAction('WRITE', topic.name)]);
  return produceOne(call, topic, streamedRecord(json));
}

/**
 * A request under an idempotency key is one unit: it is read whole before anything of it is appended, and when one
 * object cannot be taken, none is.
 */
async function produceOnce(
  call: Call<{ cluster_id: string; topic_name: string }, unknown>,
): Promise<Response> {
  const { api, params } = call;
  const { broker, onBug } = api;
  const body = await call.body();
  const repeatable = repeatableOf(call, 'v3', body);
  if (repeatable === undefined) throw new Error('there is no idempotency key');
  const streamed: StreamedRecord[] = [];
  for await (const object of jsonObjects(new Blob([body]).stream(), body.length))
    streamed.push(streamedRecord(readJson(object)));
  const records = streamed.map(({ record }) => record);
  const topicName = params.topic_name;
  const destination = { topicName, findTopic: () => topicToWrite(call, topicName) };
  const { outcomes, plan } = await produceRecordsOnce(api, repeatable, destination, records);
  const entries = streamed.map((one, index) => {
    const timestamp = plan.isLogTime ? plan.nowMs : (one.record.timestamp ?? plan.nowMs);
    try {
      return entryOf(broker, topicName, one, outcomes[index], timestamp);
    } catch (error) {
      return errorEntry(answerTo(error, onBug));
    }
  });
  return call.send(200, entries.map((entry) => entry + SEPARATOR).join(''));
}

export const produceRecordStream = defineRoute({
  method: 'post',
  path: '/clusters/{cluster_id}/topics/{topic_name}/records',
  dialect: 'v3',
  needs: { path: [onTopic('WRITE', 'topic_name')], more: TO_MAKE_IT },
  summary: 'Append records: one JSON object each, one behind the other, answered in order as they commit.',
  params: z.strictObject({ cluster_id: clusterParameter, topic_name: topicParameter }),
  query: noParameters,
  headers: idempotencyKeyHeader,
  consumes: { [JSON_TYPE]: produceRequestSchema },
  produces: [JSON_TYPE],
  answers: {
    200: { description: 'One object for each record, errors included.', schema: produceResponseSchema },
  },
  async handle(call) {
    const { broker } = call.api;
    checkCluster(broker, call.params.cluster_id);
    if (idempotencyKeyOf(call.request) !== undefined) return produceOnce(call);
    const topic = await topicToWrite(call, call.params.topic_name);
    const answers = new OrderedAnswers(IN_FLIGHT_MAX);
    produceAll(call, topic, answers).catch(call.api.onBug);
    return new Response(answers.body, { headers: { 'Content-Type': JSON_TYPE } });
  },
});
