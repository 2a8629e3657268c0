import type { KafkaError } from '../../kafka/errors.ts';
import { answerOf } from './kafka-error-table.ts';

/** What a failed request is answered with: `{"error_code", "message"}` under an HTTP status. */
export interface ErrorAnswer {
  readonly status: number;
  readonly errorCode: number;
  readonly message: string;
  /** Beside Content-Type, for errors that have something to tell in a header. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An expected outcome that no Kafka error names: it ends the request with this answer. */
export class ApiError extends Error implements ErrorAnswer {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly errorCode: number;
  readonly headers?: Readonly<Record<string, string>>;

  constructor(
    status: number,
    errorCode: number,
    message: string,
    headers?: Readonly<Record<string, string>>,
  ) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    if (headers !== undefined) this.headers = headers;
  }
}

/** A Kafka error as the one table says. Where it is our stores that are away, it says when to come again. */
export function kafkaAnswer(error: KafkaError): ErrorAnswer {
  const answer = { ...answerOf(error.error), message: error.message };
  return answer.status === 503 ? { ...answer, headers: RETRY_AFTER } : answer;
}

/** RFC 9110 §10.2.3: in a second, or later. */
export const RETRY_AFTER: Readonly<Record<string, string>> = { 'Retry-After': '1' };

export const topicNotFound = (topic: string): ApiError =>
  new ApiError(404, 40401, `Topic not found: ${topic}. Create it first, or produce to it.`);

export const partitionNotFound = (topic: string, partition: number | string, count: number): ApiError =>
  new ApiError(
    404,
    40402,
    `Partition not found: ${topic} has partitions 0 to ${count - 1}, not ${partition}.`,
  );

/** A parameter of path or query that cannot be what it is. */
export const badParameter = (message: string): ApiError => new ApiError(400, 40002, message);

/** JSON that cannot be read, or, in v3, that says what the route does not take. */
export const badRequest = (message: string): ApiError => new ApiError(400, 400, message);

/** JSON that can be read and says what the route does not take (v2). */
export const unprocessable = (message: string): ApiError => new ApiError(422, 422, message);

export const bodyTooLarge = (bytesMax: number): ApiError =>
  new ApiError(
    413,
    413,
    `The request body is larger than ${bytesMax} bytes (socket.request.max.bytes): send it in parts, or where that limit is higher. A Lambda Web Function takes more than a function behind API Gateway.`,
  );

/** Of records that are longer, in the form that was asked for, than an answer may be. @param what With its size. */
export const answerTooLarge = (what: string, advice: string): ApiError =>
  new ApiError(406, 40602, `${what}, above what an answer may have (response.max.bytes): ${advice}.`);

/** An Idempotency-Key that came before with another request. */
export const idempotencyKeyReused = (): ApiError =>
  new ApiError(
    422,
    42221,
    'This Idempotency-Key came before with another request: a new request needs a key of its own.',
  );

/** The limits of one request that Kafka's own errors do not name. */
export const limitCodes = {
  'request.records.max': 41303,
  'request.partitions.max': 41304,
  'record.headers.max': 41305,
  'record.key.max.bytes': 41306,
  'record.value.max.bytes': 41307,
} as const;

export type LimitName = keyof typeof limitCodes;

export const aboveLimit = (name: LimitName, what: string, limit: number): ApiError =>
  new ApiError(413, limitCodes[name], `${what}, above the limit of ${limit} (${name}).`);
