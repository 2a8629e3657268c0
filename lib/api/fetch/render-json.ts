import { isUtf8 } from 'node:buffer';
import { timestampOf } from '../../kafka/decode-record-batch.ts';
import { ApiError } from '../errors/api-error.ts';
import { BINARY_V2, RECORD_BATCH } from '../http/media-types.ts';
import { headersOf, type RenderRecord } from './render-binary.ts';

/** Confluent's error for a consumer whose format does not fit the data. */
const formatMismatch = (what: string, offset: number): ApiError =>
  new ApiError(
    406,
    40601,
    `The ${what} at offset ${offset} is not JSON: ask for it with Accept: ${BINARY_V2}, or ${RECORD_BATCH}.`,
  );

/** @throws ApiError 40601 unless the bytes are one JSON value. */
function jsonOf(bytes: Buffer, start: number, length: number, what: string, offset: number): string {
  if (length < 0) return 'null';
  const slice = bytes.subarray(start, start + length);
  if (!isUtf8(slice)) throw formatMismatch(what, offset);
  const text = slice.toString('utf8');
  try {
    JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw formatMismatch(what, offset);
    throw error;
  }
  return text;
}

/** Keys and values as the JSON that they are, byte for byte. */
export function renderJson(topic: string, partition: number): RenderRecord {
  const opening = `{"topic":${JSON.stringify(topic)},"key":`;
  const middle = `,"partition":${partition},"offset":`;
  return ({ header, records }, reader, offset) => {
    const key = jsonOf(records, reader.keyStart, reader.keyLength, 'key', offset);
    const value = jsonOf(records, reader.valueStart, reader.valueLength, 'value', offset);
    const timestamp = timestampOf(header, reader);
    const rest = `${middle}${offset},"timestamp":${timestamp},"headers":${headersOf(reader)}}`;
    return `${opening}${key},"value":${value}${rest}`;
  };
}
