import { openBatch } from '../../kafka/decode-record-batch.ts';
import { KafkaError } from '../../kafka/errors.ts';
import { RecordReader } from '../../kafka/record.ts';
import { asOffset, type Offset } from '../../kafka/types.ts';
import { ApiError } from '../errors/api-error.ts';
import type { RenderRecord } from './render-binary.ts';

/** JSON is larger than what it tells of, and a compressed batch grows: the answer ends when it is this much more. */
export const GROWTH_MAX = 2;

export interface RenderOptions {
  /** The offset that was asked for: what stands below it in the first batch is passed over. */
  readonly from: Offset;
  /** It ends behind the batch that makes it longer. */
  readonly textLengthMax: number;
  readonly decompressedBytesMax: number;
}

export interface Rendered {
  /** JSON objects with commas between them. */
  readonly text: string;
  /** The offset behind the last one; `from` when there is none. */
  readonly next: Offset;
  /** Why the record at `next` cannot be shown. */
  readonly failure?: ApiError | KafkaError;
}

/** The records of one partition's batches as JSON, up to one that the format cannot show, or that cannot be read. */
export function renderBatches(
  batches: readonly Uint8Array[],
  render: RenderRecord,
  { from, textLengthMax, decompressedBytesMax }: RenderOptions,
): Rendered {
  let text = '';
  let next = from;
  try {
    for (const batch of batches) {
      // The log has verified the CRC.
      const { header, records } = openBatch(batch, { decompressedBytesMax, verifyCrc: false });
      const open = { header, records: Buffer.from(records.buffer, records.byteOffset, records.length) };
      const reader = new RecordReader(records);
      for (let left = header.recordCount; left > 0; left--) {
        reader.next();
        const offset = header.baseOffset + reader.offsetDelta;
        if (offset < from) continue;
        text += text === '' ? render(open, reader, offset) : `,${render(open, reader, offset)}`;
        next = asOffset(offset + 1);
      }
      // Compaction may have taken its last records.
      next = asOffset(Math.max(next, header.baseOffset + header.lastOffsetDelta + 1));
      if (text.length > textLengthMax) break;
    }
  } catch (error) {
    if (error instanceof ApiError || error instanceof KafkaError) return { text, next, failure: error };
    throw error;
  }
  return { text, next };
}

/**
 * The same as a JSON array: whoever asks for the record that it ends before hears why.
 * @throws ApiError 40601, KafkaError when the first record cannot be shown.
 */
export function renderRecords(
  batches: readonly Uint8Array[],
  render: RenderRecord,
  options: RenderOptions,
): string {
  const { text, failure } = renderBatches(batches, render, options);
  if (failure !== undefined && text === '') throw failure;
  return `[${text}]`;
}
