import {
  attribute,
  BATCH_HEADER_BYTES,
  type BatchHeader,
  position,
  readBatchHeader,
  type TimestampType,
} from './batch-header.ts';
import { crc32c } from './crc32c.ts';
import { KafkaError } from './errors.ts';
import { asOffset, type Offset } from './types.ts';

/** A batch in the bytes it came in, and what its header says. */
export interface RecordBatch {
  readonly header: BatchHeader;
  readonly bytes: Uint8Array;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** CRC-32C over everything behind the crc field. */
const computeCrc = (bytes: Uint8Array, at: number, sizeInBytes: number): number =>
  crc32c(bytes.subarray(at + position.attributes, at + sizeInBytes));

/** @throws KafkaError CORRUPT_MESSAGE when the batch that begins at `at` does not match its CRC. */
export function verifyBatchCrc(bytes: Uint8Array, at: number, header: BatchHeader): void {
  const computed = computeCrc(bytes, at, header.sizeInBytes);
  if (computed === header.crc) return;
  throw new KafkaError(
    'CORRUPT_MESSAGE',
    `the record batch does not match its CRC-32C: it says ${header.crc}, its bytes give ${computed}`,
  );
}

/**
 * Cuts one or more batches, one behind the other, without copying them. CRCs are not verified.
 *
 * @throws KafkaError CORRUPT_MESSAGE when there is none, one is cut short, or something else follows them; and
 * whatever {@link readBatchHeader} raises.
 */
export function splitBatches(bytes: Uint8Array): RecordBatch[] {
  if (bytes.length === 0) throw new KafkaError('CORRUPT_MESSAGE', 'there is no record batch in 0 bytes');
  const batches: RecordBatch[] = [];
  let at = 0;
  while (at < bytes.length) {
    const left = bytes.length - at;
    if (left < BATCH_HEADER_BYTES && batches.length > 0) {
      throw new KafkaError('CORRUPT_MESSAGE', `${left} bytes that are no record batch follow the last one`);
    }
    const header = readBatchHeader(bytes, at);
    if (header.sizeInBytes > left) {
      throw new KafkaError(
        'CORRUPT_MESSAGE',
        `record batch ${batches.length} is cut short: it has ${header.sizeInBytes} bytes, ${left} are here`,
      );
    }
    batches.push({ header, bytes: bytes.subarray(at, at + header.sizeInBytes) });
    at += header.sizeInBytes;
  }
  return batches;
}

/** Reads the header of exactly one batch. @throws KafkaError CORRUPT_MESSAGE when `batch` is more or less. */
export function readOnlyBatch(batch: Uint8Array): BatchHeader {
  const header = readBatchHeader(batch);
  if (header.sizeInBytes === batch.length) return header;
  throw new KafkaError(
    'CORRUPT_MESSAGE',
    `the record batch says that it has ${header.sizeInBytes} bytes, but ${batch.length} are here`,
  );
}

/** Sets the base offset in place. It stands outside the CRC: a broker assigns it. */
export function setBaseOffset(bytes: Uint8Array, at: number, offset: Offset): void {
  viewOf(bytes).setBigInt64(at + position.baseOffset, BigInt(asOffset(offset)));
}

/** Sets the leader epoch in place. It stands outside the CRC: a broker assigns it. */
export function setPartitionLeaderEpoch(bytes: Uint8Array, at: number, epoch: number): void {
  viewOf(bytes).setInt32(at + position.partitionLeaderEpoch, epoch);
}

/** Sets timestamp type and greatest timestamp of one batch in place, and its CRC anew, as Kafka's broker does. */
export function setMaxTimestamp(batch: Uint8Array, type: TimestampType, timestampMs: number): void {
  const { sizeInBytes } = readOnlyBatch(batch);
  if (!Number.isSafeInteger(timestampMs)) throw new RangeError(`not a timestamp: ${timestampMs}`);
  const view = viewOf(batch);
  const others = view.getInt16(position.attributes) & ~attribute.logAppendTime;
  view.setInt16(position.attributes, type === 'LogAppendTime' ? others | attribute.logAppendTime : others);
  view.setBigInt64(position.maxTimestamp, BigInt(timestampMs));
  view.setUint32(position.crc, computeCrc(batch, 0, sizeInBytes));
}

/** Stamps one batch with the time of its append (`message.timestamp.type=LogAppendTime`), in place. */
export function setLogAppendTime(batch: Uint8Array, timestampMs: number): void {
  setMaxTimestamp(batch, 'LogAppendTime', timestampMs);
}
