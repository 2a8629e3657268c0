import { position } from '../../lib/kafka/batch-header.ts';
import { crc32c } from '../../lib/kafka/crc32c.ts';
import { type EncodeOptions, encodeRecordBatch } from '../../lib/kafka/encode-record-batch.ts';

const record = (value: string) => ({ timestamp: 1_000, key: null, value: Buffer.from(value) });

/** A batch with these values, one a record, without keys. */
export const encode = (values: readonly string[], options?: EncodeOptions): Uint8Array =>
  encodeRecordBatch(values.map(record), options);

/** Changes a batch behind its producer's back and seals it again. */
export function resealed(batch: Uint8Array, change?: (view: DataView) => void): Uint8Array {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.length);
  change?.(view);
  view.setUint32(position.crc, crc32c(batch.subarray(position.attributes)));
  return batch;
}
