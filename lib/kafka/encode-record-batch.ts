import {
  attribute,
  BATCH_HEADER_BYTES,
  BATCH_LENGTH_OVERHEAD_BYTES,
  MAGIC,
  position,
  type TimestampType,
} from './batch-header.ts';
import { type Compression, compress, compressionIds } from './compression/index.ts';
import { crc32c } from './crc32c.ts';
import { type KafkaRecord, recordBodySize, TIMESTAMP_MAX_MS, writeRecord } from './record.ts';
import type { Offset } from './types.ts';
import { varintSize } from './varint.ts';

/** A record to be written; without an offset it takes the one behind its predecessor's. */
export type RecordToEncode = Pick<KafkaRecord, 'timestamp' | 'key' | 'value'> &
  Partial<Pick<KafkaRecord, 'offset' | 'headers'>>;

/** All optional, and named as in {@link BatchHeader}, so that a decoded header can be handed back. */
export interface EncodeOptions {
  /** @default the first record's offset, or 0 */
  readonly baseOffset?: Offset;
  /** @default 'none' */
  readonly compression?: Compression;
  /** @default -1: not idempotent */
  readonly producerId?: number;
  /** @default -1 */
  readonly producerEpoch?: number;
  /** @default -1 */
  readonly baseSequence?: number;
  /** @default 'CreateTime' */
  readonly timestampType?: TimestampType;
  /** @default false */
  readonly isTransactional?: boolean;
  /** @default false */
  readonly isControl?: boolean;
  /** @default -1: a broker sets it */
  readonly partitionLeaderEpoch?: number;
}

/** Where each record stands, and how long it is: the first of two passes, so that one allocation is enough. */
interface Plan {
  readonly baseOffset: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly lastOffsetDelta: number;
  readonly offsetDeltas: readonly number[];
  readonly bodySizes: readonly number[];
  readonly recordsBytes: number;
}

const INT32_MAX = 2 ** 31 - 1;

function assertTimestamp(timestamp: number): void {
  if (Number.isInteger(timestamp) && timestamp >= -1 && timestamp <= TIMESTAMP_MAX_MS) return;
  throw new RangeError(`not a timestamp: ${timestamp}`);
}

function assertDelta(offsetDelta: number, previous: number): void {
  if (!(offsetDelta > previous)) throw new RangeError('records stand in the order of their offsets');
  if (offsetDelta > INT32_MAX) throw new RangeError('offsets of one batch lie within 2^31');
}

function plan(records: readonly RecordToEncode[], options: EncodeOptions): Plan {
  const [first] = records;
  if (first === undefined) throw new RangeError('a record batch has at least one record');
  const baseOffset = options.baseOffset ?? first.offset ?? 0;
  const offsetDeltas: number[] = [];
  const bodySizes: number[] = [];
  let recordsBytes = 0;
  let maxTimestamp = first.timestamp;
  let lastOffsetDelta = -1;
  for (const record of records) {
    assertTimestamp(record.timestamp);
    const offsetDelta = record.offset === undefined ? lastOffsetDelta + 1 : record.offset - baseOffset;
    assertDelta(offsetDelta, lastOffsetDelta);
    const bodySize = recordBodySize(record, record.timestamp - first.timestamp, offsetDelta);
    offsetDeltas.push(offsetDelta);
    bodySizes.push(bodySize);
    recordsBytes += varintSize(bodySize) + bodySize;
    maxTimestamp = Math.max(maxTimestamp, record.timestamp);
    lastOffsetDelta = offsetDelta;
  }
  if (recordsBytes > INT32_MAX - BATCH_HEADER_BYTES)
    throw new RangeError('a record batch is below 2^31 bytes');
  const baseTimestamp = first.timestamp;
  return { baseOffset, baseTimestamp, maxTimestamp, lastOffsetDelta, offsetDeltas, bodySizes, recordsBytes };
}

function writeRecords(out: Buffer, at: number, records: readonly RecordToEncode[], planned: Plan): void {
  let next = at;
  records.forEach((record, index) => {
    next = writeRecord(out, next, record, {
      bodySize: planned.bodySizes[index] as number,
      timestampDelta: record.timestamp - planned.baseTimestamp,
      offsetDelta: planned.offsetDeltas[index] as number,
    });
  });
  if (next !== at + planned.recordsBytes)
    throw new RangeError('records were not written as they were planned');
}

function attributesOf(options: EncodeOptions): number {
  let attributes = compressionIds[options.compression ?? 'none'];
  if (options.timestampType === 'LogAppendTime') attributes |= attribute.logAppendTime;
  if (options.isTransactional) attributes |= attribute.transactional;
  if (options.isControl) attributes |= attribute.control;
  return attributes;
}

function writeHeader(out: Buffer, recordCount: number, planned: Plan, options: EncodeOptions): void {
  out.writeBigInt64BE(BigInt(planned.baseOffset), position.baseOffset);
  out.writeInt32BE(out.length - BATCH_LENGTH_OVERHEAD_BYTES, position.batchLength);
  out.writeInt32BE(options.partitionLeaderEpoch ?? -1, position.partitionLeaderEpoch);
  out.writeInt8(MAGIC, position.magic);
  out.writeInt16BE(attributesOf(options), position.attributes);
  out.writeInt32BE(planned.lastOffsetDelta, position.lastOffsetDelta);
  out.writeBigInt64BE(BigInt(planned.baseTimestamp), position.baseTimestamp);
  out.writeBigInt64BE(BigInt(planned.maxTimestamp), position.maxTimestamp);
  out.writeBigInt64BE(BigInt(options.producerId ?? -1), position.producerId);
  out.writeInt16BE(options.producerEpoch ?? -1, position.producerEpoch);
  out.writeInt32BE(options.baseSequence ?? -1, position.baseSequence);
  out.writeInt32BE(recordCount, position.recordCount);
  out.writeUInt32BE(crc32c(out.subarray(position.attributes)), position.crc);
}

/**
 * Writes one record batch, byte for byte as Kafka's Java client does when nothing is compressed. The base timestamp
 * is the first record's, and the greatest timestamp that of the records (see `setLogAppendTime` for another).
 *
 * @throws RangeError when the caller breaks a rule: no record, offsets out of order, numbers out of range.
 */
export function encodeRecordBatch(
  records: readonly RecordToEncode[],
  options: EncodeOptions = {},
): Uint8Array {
  const planned = plan(records, options);
  const compression = options.compression ?? 'none';
  if (compression === 'none') {
    // Its own memory, not the shared pool's: a small batch must not keep a big slab alive.
    const out = Buffer.allocUnsafeSlow(BATCH_HEADER_BYTES + planned.recordsBytes);
    writeRecords(out, BATCH_HEADER_BYTES, records, planned);
    writeHeader(out, records.length, planned, options);
    return out;
  }
  const plain = Buffer.allocUnsafeSlow(planned.recordsBytes);
  writeRecords(plain, 0, records, planned);
  const compressed = compress(compression, plain);
  const out = Buffer.allocUnsafeSlow(BATCH_HEADER_BYTES + compressed.length);
  out.set(compressed, BATCH_HEADER_BYTES);
  writeHeader(out, records.length, planned, options);
  return out;
}
