import type { KafkaError } from '../kafka/errors.ts';
import type { Epoch, Offset } from '../kafka/types.ts';
import type { PartitionKey } from '../storage/head.ts';
import type { Attributes } from '../storage/item.ts';

/** What became of one record batch of an append. */
export type BatchOutcome =
  /** It stands in the log now, from `baseOffset` on. */
  | { readonly kind: 'appended'; readonly baseOffset: Offset; readonly leaderEpoch: Epoch }
  /**
   * An idempotent producer sent it before (KIP-98): it stands in the log once, from `baseOffset` on;
   * `undefined` when it is too old for its place to be known (Kafka's DUPLICATE_SEQUENCE_NUMBER).
   */
  | { readonly kind: 'duplicate'; readonly baseOffset: Offset | undefined }
  /** It does not stand in the log, or, for REQUEST_TIMED_OUT, may. */
  | { readonly kind: 'failed'; readonly error: KafkaError };

export interface FetchRequest {
  readonly partition: PartitionKey;
  readonly offset: Offset;
  /** Stop before a batch that would exceed this; at least one batch is given all the same. */
  readonly maxBytes: number;
  /** Wait until there are this many bytes behind `offset`, or until `maxWaitMs` have passed. */
  readonly minBytes: number;
  readonly maxWaitMs: number;
  /** Ends the wait early: the answer is then what there is. */
  readonly signal?: AbortSignal;
}

export interface FetchResult {
  /**
   * Whole record batches in the order of their offsets, base offset and leader epoch set, CRC verified. The
   * first may begin below the offset that was asked for, as in Kafka: its reader passes the rest over. Do
   * not write into them: they are shared with a cache.
   */
  readonly batches: readonly Uint8Array[];
  readonly highWatermark: Offset;
  readonly logStartOffset: Offset;
}

/** Whose request it is, and how they call it (draft-ietf-httpapi-idempotency-key-header). */
export interface RequestName {
  readonly principal: string;
  readonly idempotencyKey: string;
}

/** An append that its caller may repeat, to partitions of one topic. */
export interface RepeatableAppend {
  readonly name: RequestName;
  /** Tells this request from others: a repeat has the same. */
  readonly hash: string;
  /** How long the result is kept, in milliseconds. */
  readonly keepMs: number;
  readonly topicId: string;
  /** Whatever it takes to make the same batches again; the first request's is kept. */
  readonly plan: Attributes;
  /** The batches of each partition, from the plan that is kept. The log takes the arrays over. */
  readonly batches: (plan: Attributes) => ReadonlyMap<number, readonly Uint8Array[]>;
}

/** Where something of a repeatable append stands, or why it does not. `undefined`: too old for its place to be known. */
export type Place =
  | { readonly offset: Offset | undefined; readonly error?: undefined }
  | { readonly error: KafkaError };

export type RepeatableOutcome =
  /**
   * One place for each partition, in the order of `batches`: where its first batch begins, the others following
   * without a gap. When all batches are an idempotent producer's, one for each batch.
   */
  | { readonly kind: 'placed'; readonly plan: Attributes; readonly places: readonly Place[] }
  /** The name is another request's. */
  | { readonly kind: 'otherRequest' };

/** A partition's readable offsets: from `start` up to, and without, `next` (the high watermark). */
export interface OffsetRange {
  readonly start: Offset;
  readonly next: Offset;
}

/** The log of every partition that this broker serves. Expected failures are {@link KafkaError}s. */
export interface PartitionLogs {
  /**
   * Appends record batches (v2, records validated, one batch an array; any codec) to a partition, in this
   * order and next to each other unless a producer's sequence splits them. Returns when all are durable.
   * The log takes the arrays over and writes base offsets into them. Never rejects for one batch's sake.
   */
  append(partition: PartitionKey, batches: readonly Uint8Array[]): Promise<BatchOutcome[]>;

  /**
   * Appends once, however often it is asked to, by whichever process, also after a crash: a repeat gets the offsets of
   * the first. What has no offset yet is tried again by a repeat.
   *
   * @throws KafkaError when nothing was begun: UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER,
   *   KAFKA_STORAGE_ERROR, THROTTLING_QUOTA_EXCEEDED, REQUEST_TIMED_OUT; INVALID_REQUEST for batches of which only some
   *   are an idempotent producer's.
   */
  appendOnce(append: RepeatableAppend): Promise<RepeatableOutcome>;

  /** The outcome of an earlier request by this name, when it has been kept whole. */
  earlierOutcome(name: RequestName, hash: string): Promise<RepeatableOutcome | undefined>;

  /**
   * @throws KafkaError OFFSET_OUT_OF_RANGE below the log start offset or above the high watermark,
   *   UNKNOWN_TOPIC_OR_PARTITION, KAFKA_STORAGE_ERROR, CORRUPT_MESSAGE.
   */
  fetch(request: FetchRequest): Promise<FetchResult>;

  offsets(partition: PartitionKey): Promise<OffsetRange>;

  /** The first record at or after a time (milliseconds since 1970), or `undefined` when all are older. */
  offsetForTimestamp(
    partition: PartitionKey,
    timestampMs: number,
  ): Promise<{ readonly offset: Offset; readonly timestamp: number } | undefined>;

  /** From now on fetches answer at once with what there is; for a shutdown that lets requests finish. */
  endWaits(): void;

  /** Resolves when what was accepted is done, with all that goes on behind its answers. Fetches do not count. */
  idle(): Promise<void>;

  /** Ends all waits, lets what was accepted finish, and accepts no more. */
  close(): Promise<void>;
}
