import { type Compression, compressionOf } from './compression/index.ts';
import { KafkaError } from './errors.ts';
import { asOffset, type Offset } from './types.ts';

/**
 * The head of a record batch of magic 2 (KIP-98), big-endian:
 *
 *   RecordBatch => BaseOffset BatchLength PartitionLeaderEpoch Magic Crc Attributes LastOffsetDelta
 *                  BaseTimestamp MaxTimestamp ProducerId ProducerEpoch BaseSequence RecordCount Records
 *     BaseOffset           => int64   at  0   the broker sets it
 *     BatchLength          => int32   at  8   bytes that follow this field
 *     PartitionLeaderEpoch => int32   at 12   the broker sets it
 *     Magic                => int8    at 16   2
 *     Crc                  => uint32  at 17   CRC-32C of all that follows
 *     Attributes           => int16   at 21   bits 0-2 compression, 3 timestamp type, 4 transactional,
 *                                             5 control, 6 delete horizon
 *     LastOffsetDelta      => int32   at 23
 *     BaseTimestamp        => int64   at 27   milliseconds, what the records' deltas count from
 *     MaxTimestamp         => int64   at 35
 *     ProducerId           => int64   at 43   -1: not idempotent
 *     ProducerEpoch        => int16   at 51
 *     BaseSequence         => int32   at 53
 *     RecordCount          => int32   at 57
 *     Records              => bytes   at 61   compressed as the attributes say
 */
export const position = {
  baseOffset: 0,
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const;

/** Bytes before the records; no batch is shorter. */
export const BATCH_HEADER_BYTES = position.records;
/** Base offset and length: they stand before what the length counts. */
export const BATCH_LENGTH_OVERHEAD_BYTES = position.partitionLeaderEpoch;
export const MAGIC = 2;

export const attribute = {
  compression: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
  deleteHorizon: 0x40,
} as const;

export type TimestampType = 'CreateTime' | 'LogAppendTime';

export interface BatchHeader {
  readonly baseOffset: Offset;
  /** The whole batch, these twelve bytes of offset and length included. */
  readonly sizeInBytes: number;
  /** -1 until a broker sets it. */
  readonly partitionLeaderEpoch: number;
  readonly magic: number;
  readonly crc: number;
  readonly compression: Compression;
  readonly timestampType: TimestampType;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  /** KIP-534: the base timestamp is then the time at which a tombstone may go. */
  readonly hasDeleteHorizon: boolean;
  /** The last record's offset minus the base offset. */
  readonly lastOffsetDelta: number;
  readonly baseTimestamp: number;
  /** The greatest timestamp, as its producer says, or the log-append time. */
  readonly maxTimestamp: number;
  /** -1 when the producer is not idempotent; so are epoch and sequence then. */
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function readInt64(view: DataView, at: number, what: string): number {
  const value = view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4);
  if (!Number.isSafeInteger(value)) {
    throw new KafkaError('INVALID_RECORD', `${what} of the record batch is beyond 2^53 - 1`);
  }
  return value;
}

function readSize(view: DataView, at: number): number {
  const batchLength = view.getInt32(at + position.batchLength);
  const sizeInBytes = batchLength + BATCH_LENGTH_OVERHEAD_BYTES;
  if (sizeInBytes < BATCH_HEADER_BYTES) {
    throw new KafkaError(
      'CORRUPT_MESSAGE',
      `the record batch says that ${batchLength} bytes follow: too few`,
    );
  }
  return sizeInBytes;
}

function checkMagic(magic: number): void {
  if (magic === MAGIC) return;
  throw new KafkaError(
    'INVALID_RECORD',
    magic === 0 || magic === 1
      ? `message format ${magic} is not taken: send record batches of magic 2 (Kafka 0.11 and later)`
      : `not a record batch: its magic byte is ${magic}, not 2`,
  );
}

/**
 * Reads the header of the batch that begins at `at`. Only the header has to be there; whether the records are,
 * and whether they are what the header says, is for the caller to ask.
 *
 * @throws KafkaError CORRUPT_MESSAGE (too short, impossible length), INVALID_RECORD (another magic, a number that
 * a double does not hold), UNSUPPORTED_COMPRESSION_TYPE.
 */
export function readBatchHeader(bytes: Uint8Array, at = 0): BatchHeader {
  if (bytes.length - at < BATCH_HEADER_BYTES) {
    throw new KafkaError(
      'CORRUPT_MESSAGE',
      `${bytes.length - at} bytes are no record batch: its header alone has ${BATCH_HEADER_BYTES}`,
    );
  }
  const view = viewOf(bytes);
  const magic = view.getInt8(at + position.magic);
  checkMagic(magic);
  const sizeInBytes = readSize(view, at);
  const baseOffset = readInt64(view, at + position.baseOffset, 'the base offset');
  if (baseOffset < 0) throw new KafkaError('INVALID_RECORD', `the base offset is negative: ${baseOffset}`);
  const attributes = view.getInt16(at + position.attributes);
  return {
    baseOffset: asOffset(baseOffset),
    sizeInBytes,
    partitionLeaderEpoch: view.getInt32(at + position.partitionLeaderEpoch),
    magic,
    crc: view.getUint32(at + position.crc),
    compression: compressionOf(attributes & attribute.compression),
    timestampType: attributes & attribute.logAppendTime ? 'LogAppendTime' : 'CreateTime',
    isTransactional: (attributes & attribute.transactional) !== 0,
    isControl: (attributes & attribute.control) !== 0,
    hasDeleteHorizon: (attributes & attribute.deleteHorizon) !== 0,
    lastOffsetDelta: view.getInt32(at + position.lastOffsetDelta),
    baseTimestamp: readInt64(view, at + position.baseTimestamp, 'the base timestamp'),
    maxTimestamp: readInt64(view, at + position.maxTimestamp, 'the greatest timestamp'),
    producerId: readInt64(view, at + position.producerId, 'the producer id'),
    producerEpoch: view.getInt16(at + position.producerEpoch),
    baseSequence: view.getInt32(at + position.baseSequence),
    recordCount: view.getInt32(at + position.recordCount),
  };
}

/** How many records batches hold, by what their headers say. */
export function countRecords(batches: readonly Uint8Array[]): number {
  return batches.reduce((count, batch) => count + readBatchHeader(batch).recordCount, 0);
}
