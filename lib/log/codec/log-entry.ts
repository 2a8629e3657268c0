import { asEpoch, type Epoch } from '../../kafka/types.ts';
import type { ObjectId } from '../../storage/head.ts';
import { readObjectId, writeObjectId } from './object-id-bytes.ts';
import { readUnsigned, writeUnsigned } from './unsigned.ts';

/**
 * What the index keeps of one append: where its slice lies, and what is asked of it without reading it.
 *
 *     version u8 (2) | flags u8 (1: inline, 2: no timestamp) | object id 16 | position | length | count
 *     | greatest timestamp, if any | leader epoch | batches | batches * producer batch
 *
 *     producer batch: producer id | producer epoch | base sequence | count | offset delta
 *
 * What has no width is an unsigned varint: seven bits a byte, lowest first, no longer than need be. A head is billed by
 * its size at every append, and small numbers are the rule. Positions and lengths are bytes, timestamps milliseconds
 * since 1970 (-1: none).
 */
export interface LogEntry {
  readonly objectId: ObjectId;
  /** The slice lies in an inline intake item, not in the object store. */
  readonly inline: boolean;
  readonly position: number;
  readonly length: number;
  readonly count: number;
  readonly maxTimestamp: number;
  readonly leaderEpoch: Epoch;
  readonly producerBatches: readonly ProducerBatch[];
}

/** One batch of an idempotent producer: enough to know it again when it is repeated (I6). */
export interface ProducerBatch {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly count: number;
  /** Where the batch begins, in offsets from the entry's base. */
  readonly offsetDelta: number;
}

const VERSION = 2;
const INLINE_FLAG = 1;
const NO_TIMESTAMP_FLAG = 2;
const FIXED_BYTES = 18;
/** Of the numbers of an entry, and of one of its batches, at their greatest. */
const NUMBERS_BYTES_MAX = 3 * 5 + 8 + 5 + 1;
const PRODUCER_BATCH_BYTES_MAX = 8 + 3 + 5 + 5 + 5;
const INT16_MAX = 2 ** 15 - 1;
const INT32_MAX = 2 ** 31 - 1;
const UINT32_MAX = 2 ** 32 - 1;
/** What a batch without timestamps has. */
const NO_TIMESTAMP = -1;

/** So that an entry, and with it the head, stays small. More go into the next append. */
export const PRODUCER_BATCHES_MAX = 64;

export function encodeLogEntry(entry: LogEntry): Uint8Array {
  assertSane(entry);
  const batches = entry.producerBatches;
  const bytes = new Uint8Array(FIXED_BYTES + NUMBERS_BYTES_MAX + batches.length * PRODUCER_BATCH_BYTES_MAX);
  bytes[0] = VERSION;
  const timestamps = entry.maxTimestamp === NO_TIMESTAMP ? [] : [entry.maxTimestamp];
  bytes[1] = (entry.inline ? INLINE_FLAG : 0) | (timestamps.length === 0 ? NO_TIMESTAMP_FLAG : 0);
  writeObjectId(entry.objectId, bytes, 2);
  let at = FIXED_BYTES;
  const { position, length, count, leaderEpoch } = entry;
  for (const number of [position, length, count, ...timestamps, leaderEpoch, batches.length])
    at = writeUnsigned(bytes, at, number);
  for (const { producerId, producerEpoch, baseSequence, count, offsetDelta } of batches) {
    for (const number of [producerId, producerEpoch, baseSequence, count, offsetDelta])
      at = writeUnsigned(bytes, at, number);
  }
  return bytes.slice(0, at);
}

/** @throws RangeError when the bytes are no entry of a version that we know. */
export function decodeLogEntry(bytes: Uint8Array): LogEntry {
  if (bytes.length < FIXED_BYTES || bytes[0] !== VERSION) {
    throw new RangeError(
      `index entry of version ${bytes[0]} with ${bytes.length} bytes; we know version ${VERSION}`,
    );
  }
  const flags = bytes[1] ?? 0;
  if ((flags & ~(INLINE_FLAG | NO_TIMESTAMP_FLAG)) !== 0)
    throw new RangeError(`index entry with flags ${flags} that we do not know`);
  const reader = { bytes, at: FIXED_BYTES };
  const next = () => readUnsigned(reader);
  const entry: Omit<LogEntry, 'producerBatches'> = {
    objectId: readObjectId(bytes, 2),
    inline: (flags & INLINE_FLAG) !== 0,
    position: next(),
    length: next(),
    count: next(),
    maxTimestamp: (flags & NO_TIMESTAMP_FLAG) !== 0 ? NO_TIMESTAMP : next(),
    leaderEpoch: asEpoch(next()),
  };
  const batches = next();
  const producerBatches: ProducerBatch[] = [];
  for (let left = Math.min(batches, PRODUCER_BATCHES_MAX + 1); left > 0; left -= 1) {
    producerBatches.push({
      producerId: next(),
      producerEpoch: next(),
      baseSequence: next(),
      count: next(),
      offsetDelta: next(),
    });
  }
  const whole = { ...entry, producerBatches };
  assertSane(whole);
  if (reader.at !== bytes.length)
    throw new RangeError(`index entry of ${reader.at} bytes in ${bytes.length}`);
  return whole;
}

/** Both when written and when read: what a field cannot hold would come back as something else. */
function assertSane(entry: LogEntry): void {
  const sane =
    isWhole(entry.count, 1, UINT32_MAX) &&
    isWhole(entry.length, 1, UINT32_MAX) &&
    isWhole(entry.position, 0, UINT32_MAX) &&
    isWhole(entry.maxTimestamp, NO_TIMESTAMP, Number.MAX_SAFE_INTEGER) &&
    isWhole(entry.leaderEpoch, 0, INT32_MAX) &&
    entry.producerBatches.length <= PRODUCER_BATCHES_MAX &&
    entry.producerBatches.every((batch) => isSaneBatch(batch, entry.count));
  if (!sane) throw new RangeError(`index entry makes no sense: ${JSON.stringify(entry)}`);
}

function isSaneBatch(batch: ProducerBatch, entryCount: number): boolean {
  return (
    isWhole(batch.producerId, 0, Number.MAX_SAFE_INTEGER) &&
    isWhole(batch.producerEpoch, 0, INT16_MAX) &&
    isWhole(batch.baseSequence, 0, INT32_MAX) &&
    isWhole(batch.count, 1, INT32_MAX) &&
    isWhole(batch.offsetDelta, 0, INT32_MAX) &&
    batch.offsetDelta + batch.count <= entryCount
  );
}

const isWhole = (value: number, min: number, max: number): boolean =>
  Number.isSafeInteger(value) && value >= min && value <= max;
