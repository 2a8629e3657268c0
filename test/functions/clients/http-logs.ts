import { BINARY_V2, RECORD_BATCH } from '../../../lib/api/http/media-types.ts';
import { splitBatches } from '../../../lib/kafka/record-batch.ts';
import { asOffset } from '../../../lib/kafka/types.ts';
import type {
  BatchOutcome,
  FetchRequest,
  FetchResult,
  OffsetRange,
  Place,
  RepeatableAppend,
  RepeatableOutcome,
} from '../../../lib/log/types.ts';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import { recordsOf } from '../../log/batches.ts';
import type { ClientLogs } from '../../simulation/world/client-world.ts';
import type { ProduceAnswer } from '../../support/http.ts';
import { errorOfAnswer, errorOfEntry, NoAnswerError } from './http-answer.ts';

/** What a repeat under another request's key is answered with. */
const KEY_REUSED = 42221;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface HttpRequest {
  /** @default GET */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer<ArrayBuffer>;
}

/** Sends a request to the API. @throws NoAnswerError when there is no answer. */
export type SendHttp = (path: string, request: HttpRequest) => Promise<HttpAnswer>;

/** Over a connection. */
export function sendTo(url: string, signal: AbortSignal): SendHttp {
  return async (path, request) => {
    try {
      const response = await fetch(url + path, { ...request, signal });
      const { status, headers } = response;
      return { status, headers, body: Buffer.from(await response.arrayBuffer()) };
    } catch (cause) {
      throw new NoAnswerError('the connection ended', { cause });
    }
  };
}

/** The log of one topic as a client has it over HTTP. */
export class HttpLogs implements ClientLogs {
  readonly #topic: string;
  readonly #send: SendHttp;

  constructor(topic: string, send: SendHttp) {
    this.#topic = topic;
    this.#send = send;
  }

  /** As record batches, all in one body. */
  async append(
    { partition }: PartitionKey,
    batches: readonly Uint8Array<ArrayBuffer>[],
  ): Promise<BatchOutcome[]> {
    const answer = await this.#send(`/topics/${this.#topic}/partitions/${partition}`, {
      method: 'POST',
      headers: { 'Content-Type': RECORD_BATCH },
      body: Buffer.concat(batches),
    });
    const { offsets } = produced(answer);
    if (offsets === undefined) throw errorOfAnswer(answer.status, answer.body.toString());
    return offsets.map(({ offset, error }): BatchOutcome => {
      if (error !== null) return { kind: 'failed', error: errorOfEntry(error) };
      return { kind: 'duplicate', baseOffset: offset === null ? undefined : asOffset(offset) };
    });
  }

  /** As base64 in JSON, under an Idempotency-Key. */
  async appendOnce({ name, plan, batches }: RepeatableAppend): Promise<RepeatableOutcome> {
    const records: object[] = [];
    const first: number[] = [];
    for (const [partition, its] of batches(plan)) {
      first.push(records.length);
      for (const { value, timestamp } of recordsOf(its))
        records.push({ partition, value: Buffer.from(value).toString('base64'), timestamp });
    }
    const answer = await this.#send(`/topics/${this.#topic}`, {
      method: 'POST',
      headers: {
        'Content-Type': BINARY_V2,
        'Idempotency-Key': `"${name.principal}, ${name.idempotencyKey}"`,
      },
      body: JSON.stringify({ records }),
    });
    const { offsets, error_code } = produced(answer);
    if (error_code === KEY_REUSED) return { kind: 'otherRequest' };
    if (offsets === undefined) throw errorOfAnswer(answer.status, answer.body.toString());
    const places = first.map((index): Place => {
      const told = offsets[index];
      if (told?.error) return { error: errorOfEntry(told.error) };
      return { offset: typeof told?.offset === 'number' ? asOffset(told.offset) : undefined };
    });
    return { kind: 'placed', plan, places };
  }

  async fetch(request: FetchRequest): Promise<FetchResult> {
    const { partition, offset, maxBytes, minBytes, maxWaitMs } = request;
    const limits = `max_bytes=${maxBytes}&min_bytes=${minBytes}&timeout=${maxWaitMs}`;
    const path = `/topics/${this.#topic}/partitions/${partition.partition}/records?offset=${offset}&${limits}`;
    const answer = await this.#send(path, { headers: { Accept: RECORD_BATCH } });
    if (answer.status !== 200) throw errorOfAnswer(answer.status, answer.body.toString());
    return {
      batches: batchesOf(answer.body),
      highWatermark: asOffset(Number(answer.headers.get('kafka-high-watermark'))),
      logStartOffset: asOffset(Number(answer.headers.get('kafka-log-start-offset'))),
    };
  }

  async offsets({ partition }: PartitionKey): Promise<OffsetRange> {
    const answer = await this.#send(`/topics/${this.#topic}/partitions/${partition}/offsets`, {});
    if (answer.status !== 200) throw errorOfAnswer(answer.status, answer.body.toString());
    const { beginning_offset: start, end_offset: next } = JSON.parse(answer.body.toString());
    return { start: asOffset(start), next: asOffset(next) };
  }

  async offsetForTimestamp({ partition }: PartitionKey, timestampMs: number) {
    const path = `/topics/${this.#topic}/partitions/${partition}/records?timestamp=${timestampMs}&timeout=0&max_bytes=1`;
    const answer = await this.#send(path, { headers: { Accept: RECORD_BATCH } });
    if (answer.status !== 200) throw errorOfAnswer(answer.status, answer.body.toString());
    const records = recordsOf(batchesOf(answer.body));
    const found = records.find(({ timestamp }) => timestamp >= timestampMs);
    return found && { offset: asOffset(found.offset), timestamp: found.timestamp };
  }
}

const batchesOf = (body: Buffer): Uint8Array[] =>
  body.length === 0 ? [] : splitBatches(body).map(({ bytes }) => bytes);

/** What became of each record or batch; without offsets where the request as a whole was refused. */
function produced({ status, body }: HttpAnswer): Partial<ProduceAnswer> {
  const text = body.toString();
  return text.startsWith('{')
    ? (JSON.parse(text) as Partial<ProduceAnswer>)
    : { message: `${status} ${text}` };
}
