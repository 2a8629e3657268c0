import type { BatchHeader } from '../../kafka/batch-header.ts';
import { timestampOf } from '../../kafka/decode-record-batch.ts';
import type { RecordReader } from '../../kafka/record.ts';

/** A batch that is open: its header, and its records' bytes, decompressed. */
export interface OpenBatch {
  readonly header: BatchHeader;
  readonly records: Buffer;
}

/** Writes the record that the reader stands on as a JSON object. */
export type RenderRecord = (batch: OpenBatch, reader: RecordReader, offset: number) => string;

function base64Of(bytes: Buffer, start: number, length: number): string {
  return length < 0 ? 'null' : `"${bytes.toString('base64', start, start + length)}"`;
}

export function headersOf(reader: RecordReader): string {
  if (reader.headerCount === 0) return '[]';
  const headers = reader.headers().map(({ key, value }) => {
    const text =
      value === null ? null : Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
    return { name: key, value: text };
  });
  return JSON.stringify(headers);
}

/** Keys and values in base64. */
export function renderBinary(topic: string, partition: number): RenderRecord {
  const opening = `{"topic":${JSON.stringify(topic)},"key":`;
  const middle = `,"partition":${partition},"offset":`;
  return ({ header, records }, reader, offset) => {
    const key = base64Of(records, reader.keyStart, reader.keyLength);
    const value = base64Of(records, reader.valueStart, reader.valueLength);
    const timestamp = timestampOf(header, reader);
    const rest = `${middle}${offset},"timestamp":${timestamp},"headers":${headersOf(reader)}}`;
    return `${opening}${key},"value":${value}${rest}`;
  };
}
