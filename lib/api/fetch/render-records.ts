import { openBatch } from '../../kafka/decode-record-batch.ts';
import { KafkaError } from '../../kafka/errors.ts';
import { RecordReader } from '../../kafka/record.ts';
import { asOffset, type Offset } from '../../kafka/types.ts';
import { ApiError, answerTooLarge } from '../errors/api-error.ts';
import { RECORD_BATCH } from '../http/media-types.ts';
import { RecordsText, type RecordsTextLimits } from './records-text.ts';
import type { RenderRecord } from './render-binary.ts';

/** JSON is larger than what it tells of, and a compressed batch grows: the answer ends when it is this much more. */
export const GROWTH_MAX = 2;

export interface RenderOptions {
  /** The offset that was asked for: what stands below it in the first batch is passed over. */
  readonly from: Offset;
  readonly decompressedBytesMax: number;
}

export interface Rendered {
  /** The offset behind the last one; `from` when there is none. */
  readonly next: Offset;
  /** Why the record at `next` cannot be shown; not because there was no more room. */
  readonly failure?: ApiError | KafkaError;
}

/**
 * Adds the records of one partition's batches to an answer, up to one that the format cannot show, or that cannot be
 * read, or that there is no room for.
 */
export function renderBatches(
  answer: RecordsText,
  batches: readonly Uint8Array[],
  render: RenderRecord,
  { from, decompressedBytesMax }: RenderOptions,
): Rendered {
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
        const record = render(open, reader, offset);
        if (!answer.add(record)) {
          if (answer.count === 0) throw tooLargeAlone(`record at offset ${offset}`, record);
          return { next };
        }
        next = asOffset(offset + 1);
      }
      // Compaction may have taken its last records.
      next = asOffset(Math.max(next, header.baseOffset + header.lastOffsetDelta + 1));
      if (answer.isLong) break;
    }
  } catch (error) {
    if (error instanceof ApiError || error instanceof KafkaError) return { next, failure: error };
    throw error;
  }
  return { next };
}

const tooLargeAlone = (what: string, text: string): ApiError =>
  answerTooLarge(
    `The ${what} has ${Buffer.byteLength(text)} bytes as JSON`,
    `fetch it as a record batch (${RECORD_BATCH}), or where that limit is higher`,
  );

/**
 * One partition's batches as a JSON array: whoever asks for the record that it ends before hears why.
 * @throws ApiError 40601, 40602, KafkaError when the first record cannot be shown.
 */
export function renderRecords(
  batches: readonly Uint8Array[],
  render: RenderRecord,
  limits: RecordsTextLimits,
  options: RenderOptions,
): { readonly text: string; readonly count: number; readonly next: Offset } {
  const answer = new RecordsText(limits);
  const { next, failure } = renderBatches(answer, batches, render, options);
  if (failure !== undefined && answer.count === 0) throw failure;
  return { text: answer.toString(), count: answer.count, next };
}
