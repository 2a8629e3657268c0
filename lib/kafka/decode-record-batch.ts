import { BATCH_HEADER_BYTES, type BatchHeader } from './batch-header.ts';
import { decompress } from './compression/index.ts';
import { KafkaError } from './errors.ts';
import { type KafkaRecord, RECORD_BYTES_MIN, RecordReader } from './record.ts';
import { readOnlyBatch, verifyBatchCrc } from './record-batch.ts';
import { asOffset } from './types.ts';

export interface DecodeOptions {
  /** What the records of one batch may grow to when decompressed. */
  readonly decompressedBytesMax: number;
  /** @default true */
  readonly verifyCrc?: boolean;
}

export interface DecodedBatch {
  readonly header: BatchHeader;
  readonly records: KafkaRecord[];
}

/**
 * The header and the records' bytes, decompressed, of exactly one batch; with a record count that those bytes can
 * hold.
 *
 * @throws KafkaError as {@link decodeRecordBatch} does, short of the records themselves.
 */
export function openBatch(
  batch: Uint8Array,
  { decompressedBytesMax, verifyCrc = true }: DecodeOptions,
): { header: BatchHeader; records: Uint8Array } {
  const header = readOnlyBatch(batch);
  if (verifyCrc) verifyBatchCrc(batch, 0, header);
  const records = decompress(header.compression, batch.subarray(BATCH_HEADER_BYTES), decompressedBytesMax);
  if (header.recordCount < 0 || header.recordCount * RECORD_BYTES_MIN > records.length) {
    throw new KafkaError(
      'INVALID_RECORD',
      `the record batch says that it has ${header.recordCount} records, in ${records.length} bytes`,
    );
  }
  return { header, records };
}

/**
 * Reads one record batch. Keys and values are views of `batch` (or of what it decompressed to), not copies.
 * Offsets may have gaps, as compaction leaves them. With log-append time every record bears the batch's greatest
 * timestamp.
 *
 * @throws KafkaError CORRUPT_MESSAGE (CRC, length, a compressed stream that is damaged), INVALID_RECORD (records
 * that are not what the header or their lengths say), MESSAGE_TOO_LARGE (more than `decompressedBytesMax`),
 * UNSUPPORTED_COMPRESSION_TYPE.
 */
export function decodeRecordBatch(batch: Uint8Array, options: DecodeOptions): DecodedBatch {
  const { header, records: bytes } = openBatch(batch, options);
  const reader = new RecordReader(bytes);
  const records: KafkaRecord[] = [];
  for (let index = 0; index < header.recordCount; index++) {
    reader.next();
    const offset = header.baseOffset + reader.offsetDelta;
    if (
      !Number.isSafeInteger(offset) ||
      reader.offsetDelta < 0 ||
      reader.offsetDelta > header.lastOffsetDelta
    ) {
      throw new KafkaError('INVALID_RECORD', `record ${index} has offset delta ${reader.offsetDelta}`);
    }
    records.push({
      offset: asOffset(offset),
      timestamp: timestampOf(header, reader),
      key: reader.key(),
      value: reader.value(),
      headers: reader.headers(),
    });
  }
  if (reader.bytesLeft > 0) {
    throw new KafkaError('INVALID_RECORD', `${reader.bytesLeft} bytes follow the last record of the batch`);
  }
  return { header, records };
}

/** What a reader sees as the timestamp of the present record. */
export function timestampOf(header: BatchHeader, reader: RecordReader): number {
  if (header.timestampType === 'LogAppendTime') return header.maxTimestamp;
  const timestamp = header.baseTimestamp + reader.timestampDelta;
  if (!Number.isSafeInteger(timestamp))
    throw new KafkaError('INVALID_RECORD', 'a timestamp is beyond 2^53 - 1');
  return timestamp;
}
