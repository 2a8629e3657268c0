import { isUtf8 } from 'node:buffer';
import type { KafkaRecord } from '../../kafka/record.ts';

/**
 * One record as bytes to be printed, line end included.
 * @param topic Where records of several topics may come.
 */
export type FormatRecord = (record: KafkaRecord, partition: number, topic?: string) => Uint8Array;

const LINE_FEED = Buffer.from('\n');

/** The value as it is; an empty line for a record without one. */
const formatValue: FormatRecord = ({ value }) => Buffer.concat([value ?? new Uint8Array(), LINE_FEED]);

/** A JSON object. Bytes that are no UTF-8 stand in a field of their own, as base64. */
const formatJson: FormatRecord = ({ offset, timestamp, key, value, headers }, partition, topic) => {
  const object = {
    topic,
    partition,
    offset,
    timestamp,
    ...textOrBase64('key', key),
    ...textOrBase64('value', value),
    headers: headers.map((header) => ({ name: header.key, ...textOrBase64('value', header.value) })),
  };
  return Buffer.from(`${JSON.stringify(object)}\n`);
};

function textOrBase64(name: string, bytes: Uint8Array | null): Record<string, string | null> {
  if (bytes === null) return { [name]: null };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return isUtf8(buffer) ? { [name]: buffer.toString() } : { [`${name}_base64`]: buffer.toString('base64') };
}

export const formats = { value: formatValue, json: formatJson } as const;
