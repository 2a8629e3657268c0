import { ulidToUUID, uuidToULID } from 'ulid';
import { asEpoch, type Epoch } from '../../kafka/types.ts';
import type { ObjectId } from '../../storage/head.ts';

/**
 * What the index keeps of one append: where its slice lies, and what is asked of it without reading it.
 *
 *     version u8 (1) | flags u8 (1: inline) | object id 16 | position u32 | length u32 | count u32
 *     | greatest timestamp i64 | leader epoch i32 | batches u8 | batches * producer batch
 *
 *     producer batch: producer id i64 | producer epoch i16 | base sequence i32 | count i32 | offset delta i32
 *
 * All numbers are big-endian. Positions and lengths are bytes, timestamps milliseconds since 1970 (-1: none).
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

const VERSION = 1;
const INLINE_FLAG = 1;
const FIXED_BYTES = 43;
const PRODUCER_BATCH_BYTES = 22;
const INT16_MAX = 2 ** 15 - 1;
const INT32_MAX = 2 ** 31 - 1;
const UINT32_MAX = 2 ** 32 - 1;

/** So that an entry, and with it the head, stays small. More go into the next append. */
export const PRODUCER_BATCHES_MAX = 64;

export function encodeLogEntry(entry: LogEntry): Uint8Array {
  assertSane(entry);
  const bytes = new Uint8Array(FIXED_BYTES + entry.producerBatches.length * PRODUCER_BATCH_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, entry.inline ? INLINE_FLAG : 0);
  bytes.set(Buffer.from(ulidToUUID(entry.objectId).replaceAll('-', ''), 'hex'), 2);
  view.setUint32(18, entry.position);
  view.setUint32(22, entry.length);
  view.setUint32(26, entry.count);
  view.setBigInt64(30, BigInt(entry.maxTimestamp));
  view.setInt32(38, entry.leaderEpoch);
  view.setUint8(42, entry.producerBatches.length);
  let at = FIXED_BYTES;
  for (const batch of entry.producerBatches) {
    view.setBigInt64(at, BigInt(batch.producerId));
    view.setInt16(at + 8, batch.producerEpoch);
    view.setInt32(at + 10, batch.baseSequence);
    view.setInt32(at + 14, batch.count);
    view.setInt32(at + 18, batch.offsetDelta);
    at += PRODUCER_BATCH_BYTES;
  }
  return bytes;
}

/** @throws RangeError when the bytes are no entry of a version that we know. */
export function decodeLogEntry(bytes: Uint8Array): LogEntry {
  if (bytes.length < FIXED_BYTES || bytes[0] !== VERSION) {
    throw new RangeError(
      `index entry of version ${bytes[0]} with ${bytes.length} bytes; we know version ${VERSION}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const producerBatches: ProducerBatch[] = [];
  const end = FIXED_BYTES + view.getUint8(42) * PRODUCER_BATCH_BYTES;
  if (end !== bytes.length) throw new RangeError(`index entry of ${bytes.length} bytes should have ${end}`);
  const flags = view.getUint8(1);
  if ((flags & ~INLINE_FLAG) !== 0)
    throw new RangeError(`index entry with flags ${flags} that we do not know`);
  for (let at = FIXED_BYTES; at < end; at += PRODUCER_BATCH_BYTES) {
    producerBatches.push({
      producerId: Number(view.getBigInt64(at)),
      producerEpoch: view.getInt16(at + 8),
      baseSequence: view.getInt32(at + 10),
      count: view.getInt32(at + 14),
      offsetDelta: view.getInt32(at + 18),
    });
  }
  const entry: LogEntry = {
    objectId: uuidToULID(uuidText(bytes.subarray(2, 18))),
    inline: flags === INLINE_FLAG,
    position: view.getUint32(18),
    length: view.getUint32(22),
    count: view.getUint32(26),
    maxTimestamp: Number(view.getBigInt64(30)),
    leaderEpoch: asEpoch(view.getInt32(38)),
    producerBatches,
  };
  assertSane(entry);
  return entry;
}

function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Both when written and when read: what a field cannot hold would come back as something else. */
function assertSane(entry: LogEntry): void {
  const sane =
    isWhole(entry.count, 1, UINT32_MAX) &&
    isWhole(entry.length, 1, UINT32_MAX) &&
    isWhole(entry.position, 0, UINT32_MAX) &&
    isWhole(entry.maxTimestamp, -1, Number.MAX_SAFE_INTEGER) &&
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
