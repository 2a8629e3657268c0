import type { BatchHeader } from './batch-header.ts';
import { type DecodeOptions, openBatch, timestampOf } from './decode-record-batch.ts';
import { KafkaError } from './errors.ts';
import { RecordReader } from './record.ts';

export interface ValidateOptions extends DecodeOptions {
  /** @default no limit of its own */
  readonly headersMax?: number;
  /** @default no limit of its own */
  readonly keyBytesMax?: number;
  /** @default no limit of its own */
  readonly valueBytesMax?: number;
}

export interface ValidatedBatch {
  readonly header: BatchHeader;
  /** The greatest timestamp of the records themselves, whatever the header says. */
  readonly maxTimestamp: number;
  /** Records with a null key: a compacted topic refuses them. */
  readonly nullKeys: number;
}

function checkCount({ recordCount, lastOffsetDelta }: BatchHeader): void {
  if (recordCount < 1)
    throw new KafkaError('INVALID_RECORD', `the record batch says that it has ${recordCount} records`);
  if (lastOffsetDelta === recordCount - 1) return;
  throw new KafkaError(
    'INVALID_RECORD',
    `the record batch says that it has ${recordCount} records, but its last offset delta is ${lastOffsetDelta}`,
  );
}

function checkMax(index: number, what: string, size: number, max: number): void {
  if (size <= max) return;
  throw new KafkaError(
    'MESSAGE_TOO_LARGE',
    `the ${what} of record ${index} come to ${size}, above the limit of ${max}`,
  );
}

/**
 * What a broker asks of a batch before it stores it as it came: that it is whole, and that its records are exactly
 * those that its header announces, with offsets 0, 1, 2 and so on. Walks the records without making them.
 *
 * @throws KafkaError as `decodeRecordBatch` does; INVALID_RECORD also when the counts lie or offsets are not in
 * order, MESSAGE_TOO_LARGE also above one of the limits.
 */
export function validateRecords(batch: Uint8Array, options: ValidateOptions): ValidatedBatch {
  const { headersMax = Infinity, keyBytesMax = Infinity, valueBytesMax = Infinity } = options;
  const { header, records } = openBatch(batch, options);
  checkCount(header);
  const reader = new RecordReader(records);
  let maxTimestamp = -1;
  let nullKeys = 0;
  for (let index = 0; index < header.recordCount; index++) {
    reader.next();
    if (reader.offsetDelta !== index) {
      throw new KafkaError(
        'INVALID_RECORD',
        `record ${index} of the batch has offset delta ${reader.offsetDelta}`,
      );
    }
    checkMax(index, 'key bytes', reader.keyLength, keyBytesMax);
    checkMax(index, 'value bytes', reader.valueLength, valueBytesMax);
    checkMax(index, 'headers', reader.headerCount, headersMax);
    maxTimestamp = Math.max(maxTimestamp, timestampOf(header, reader));
    if (reader.keyLength < 0) nullKeys++;
  }
  if (reader.bytesLeft > 0) {
    throw new KafkaError('INVALID_RECORD', `${reader.bytesLeft} bytes follow the last record of the batch`);
  }
  return { header, maxTimestamp, nullKeys };
}
