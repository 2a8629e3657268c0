import { openBatch } from '../../kafka/decode-record-batch.ts';
import { RecordReader } from '../../kafka/record.ts';
import { ApiError } from '../errors/api-error.ts';
import type { RenderRecord } from './render-binary.ts';

/** JSON is larger than what it tells of, and a compressed batch grows: the answer ends when it is this much more. */
const GROWTH_MAX = 2;

export interface RenderOptions {
  /** The offset that was asked for: what stands below it in the first batch is passed over. */
  readonly from: number;
  readonly maxBytes: number;
  readonly decompressedBytesMax: number;
}

/**
 * The records of batches as a JSON array. It ends behind the batch that makes it too large, or before a record that
 * the format cannot show: whoever asks for that one hears why.
 *
 * @throws ApiError 40601 when the first record cannot be shown.
 */
export function renderRecords(
  batches: readonly Uint8Array[],
  render: RenderRecord,
  { from, maxBytes, decompressedBytesMax }: RenderOptions,
): string {
  let text = '';
  for (const batch of batches) {
    // The log has verified the CRC.
    const { header, records } = openBatch(batch, { decompressedBytesMax, verifyCrc: false });
    const open = { header, records: Buffer.from(records.buffer, records.byteOffset, records.length) };
    const reader = new RecordReader(records);
    for (let left = header.recordCount; left > 0; left--) {
      reader.next();
      const offset = header.baseOffset + reader.offsetDelta;
      if (offset < from) continue;
      try {
        text += text === '' ? render(open, reader, offset) : `,${render(open, reader, offset)}`;
      } catch (error) {
        if (error instanceof ApiError && text !== '') return `[${text}]`;
        throw error;
      }
    }
    if (text.length > maxBytes * GROWTH_MAX) break;
  }
  return `[${text}]`;
}
