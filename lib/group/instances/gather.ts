import { readBatchHeader } from '../../kafka/batch-header.ts';
import { KafkaError, type KafkaErrorName } from '../../kafka/errors.ts';
import { asOffset, type Offset } from '../../kafka/types.ts';
import type { PartitionLogs } from '../../log/types.ts';
import type { Located } from './locate.ts';
import type { FetchedPartition } from './types.ts';

/** Fetches under way at once: so many times `partitionBytesMax` can one read have in memory beside what it returns. */
const FETCHES_IN_FLIGHT_MAX = 8;

/** The partition has changed since it was located: the next look tells how. */
const CHANGED: readonly KafkaErrorName[] = ['OFFSET_OUT_OF_RANGE', 'UNKNOWN_TOPIC_OR_PARTITION'];

export interface GatherLimits {
  /** Of all partitions together; one batch comes at least. */
  readonly maxBytes: number;
  readonly partitionBytesMax: number;
}

export interface Gathered {
  /** Partitions with records, in the order in which they were given. */
  readonly fetched: readonly (FetchedPartition & { readonly located: Located; readonly end: Offset })[];
  readonly bytes: number;
  /** There is no room for more. */
  readonly isFull: boolean;
  /** There is more than was read, or something cannot be read: whoever waits for more gets no other answer. */
  readonly hasMore: boolean;
}

/**
 * Reads what lies behind the positions, one partition after the other, until there is enough. A partition that cannot be
 * read keeps nobody from the others' records: only when there are none, its error is the reader's.
 *
 * @throws KafkaError of the log.
 */
export async function gather(
  logs: PartitionLogs,
  located: readonly Located[],
  { maxBytes, partitionBytesMax }: GatherLimits,
): Promise<Gathered> {
  const behind = located.filter(({ position, range }) => position < range.next);
  let gathered: Gathered = { fetched: [], bytes: 0, isFull: false, hasMore: false };
  let failure: unknown;
  for (let at = 0; at < behind.length && !gathered.isFull; at += FETCHES_IN_FLIGHT_MAX) {
    const limit = Math.min(partitionBytesMax, maxBytes - gathered.bytes);
    const found = await Promise.allSettled(
      behind.slice(at, at + FETCHES_IN_FLIGHT_MAX).map((each) => fetchOne(logs, each, limit)),
    );
    for (const outcome of found) {
      if (outcome.status === 'fulfilled') gathered = add(gathered, outcome.value, maxBytes);
      else if (!hasChanged(outcome.reason)) failure ??= outcome.reason;
    }
  }
  if (gathered.fetched.length === 0 && failure !== undefined) throw failure;
  return { ...gathered, hasMore: gathered.hasMore || failure !== undefined };
}

const hasChanged = (error: unknown): boolean => error instanceof KafkaError && CHANGED.includes(error.error);

interface Found {
  readonly located: Located;
  readonly batches: readonly Uint8Array[];
}

async function fetchOne(logs: PartitionLogs, located: Located, maxBytes: number): Promise<Found> {
  const { topicId, partition } = located.held;
  const request = { offset: located.position, maxBytes, minBytes: 0, maxWaitMs: 0 };
  const { batches } = await logs.fetch({ partition: { topicId, partition }, ...request });
  return { located, batches };
}

/** With what there is room for of another partition: at least one batch, where there is none yet. */
function add(gathered: Gathered, { located, batches }: Found, maxBytes: number): Gathered {
  const room = gathered.bytes === 0 ? Number.POSITIVE_INFINITY : maxBytes - gathered.bytes;
  const fitting = firstWithin(batches, room);
  const bytes = gathered.bytes + sizeOf(fitting);
  const isFull = gathered.isFull || bytes >= maxBytes || fitting.length < batches.length;
  if (fitting.length === 0) return { ...gathered, isFull };
  const part = partOf(located, fitting);
  return {
    fetched: [...gathered.fetched, part],
    bytes,
    isFull,
    hasMore: gathered.hasMore || isFull || part.end < located.range.next,
  };
}

/** The first of the batches, as many as there is room for. */
function firstWithin(batches: readonly Uint8Array[], bytesMax: number): readonly Uint8Array[] {
  let bytes = 0;
  const tooMany = batches.findIndex((batch) => {
    bytes += batch.length;
    return bytes > bytesMax;
  });
  return tooMany < 0 ? batches : batches.slice(0, tooMany);
}

const sizeOf = (batches: readonly Uint8Array[]): number =>
  batches.reduce((bytes, batch) => bytes + batch.length, 0);

function partOf(located: Located, batches: readonly Uint8Array[]): Gathered['fetched'][number] {
  const { held, position } = located;
  const last = batches.at(-1);
  if (last === undefined) throw new Error('assertion failed: a partition that was fetched has batches');
  const { baseOffset, lastOffsetDelta } = readBatchHeader(last);
  const end = asOffset(baseOffset + lastOffsetDelta + 1);
  const { topic, partition } = held;
  return { topic, partition, from: position, batches, highWatermark: located.range.next, located, end };
}
