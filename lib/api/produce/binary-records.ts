import * as z from 'zod';
import { type KafkaHeader, TIMESTAMP_MAX_MS } from '../../kafka/record.ts';
import { type ApiError, unprocessable } from '../errors/api-error.ts';
import { decodeBase64 } from './base64.ts';
import { type IncomingRecord, NO_HEADERS } from './incoming-record.ts';

const base64 = z.string().meta({ contentEncoding: 'base64' });

export const headersSchema = z
  .array(z.strictObject({ name: z.string(), value: base64.nullish() }))
  .nullish()
  .describe('Values are base64, or null.');

export type IncomingHeaders = z.output<typeof headersSchema>;

export const timestampSchema = z
  .int()
  .min(0)
  .max(TIMESTAMP_MAX_MS)
  .nullish()
  .describe('Milliseconds since 1970; now when absent.');

const recordFields = {
  key: base64.nullish(),
  value: base64.nullish().describe('Absent or null: a tombstone.'),
  headers: headersSchema,
  timestamp: timestampSchema,
};

export const partitionField = z.int().min(0).nullish().describe('By key, or stickily, when absent.');

export const binaryToTopicSchema = z.strictObject({
  records: z.array(z.strictObject({ ...recordFields, partition: partitionField })).min(1, 'may not be empty'),
});

export const binaryToPartitionSchema = z.strictObject({
  records: z.array(z.strictObject(recordFields)).min(1, 'may not be empty'),
});

/** Makes the error for a field that is not what it should be. */
export type Refuse = (field: string) => ApiError;

/** Null for what is absent. @throws what `refuse` makes when it is not base64. */
export function bytesOf(text: string | null | undefined, field: string, refuse: Refuse): Buffer | null {
  if (text === undefined || text === null) return null;
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw refuse(field);
  return bytes;
}

export function headersOf(headers: IncomingHeaders, refuse: Refuse): readonly KafkaHeader[] {
  if (headers === undefined || headers === null || headers.length === 0) return NO_HEADERS;
  return headers.map(({ name, value }, at) => ({
    key: name,
    value: bytesOf(value, `headers[${at}].value`, refuse),
  }));
}

/** v2's answer to base64 that is none. */
export const refuseBase64 =
  (index: number): Refuse =>
  (field) =>
    unprocessable(`Record ${field} contains invalid base64 encoding: records[${index}].${field}.`);

/** As either schema gives it. */
export type BinaryRecord = z.output<typeof binaryToPartitionSchema>['records'][number] & {
  readonly partition?: number | null | undefined;
};

/** The records of a body in Confluent's binary format. @throws ApiError 422. */
export function binaryRecords(records: readonly BinaryRecord[]): IncomingRecord[] {
  return records.map(({ key, value, headers, timestamp, partition }, index) => {
    const refuse = refuseBase64(index);
    return {
      key: bytesOf(key, 'key', refuse),
      value: bytesOf(value, 'value', refuse),
      headers: headersOf(headers, refuse),
      timestamp: timestamp ?? undefined,
      partition: partition ?? undefined,
    };
  });
}
