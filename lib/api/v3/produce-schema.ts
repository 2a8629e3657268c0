import * as z from 'zod';
import { badRequest } from '../errors/api-error.ts';
import { parseJson, textOf } from '../http/body.ts';
import { JsonScanner } from '../json/scanner.ts';
import { bytesOf, headersOf, headersSchema, type Refuse } from '../produce/binary-records.ts';
import type { IncomingRecord } from '../produce/incoming-record.ts';
import { check } from './json-body.ts';

const TYPES = ['BINARY', 'JSON', 'STRING'] as const;

const dataSchema = z
  .strictObject({
    type: z.enum(TYPES, `has to be one of ${TYPES.join(', ')}: schemas are not supported`).nullish(),
    data: z.unknown().optional().describe('Base64, any JSON, or text. Absent or null: null.'),
  })
  .nullish();

type IncomingData = z.output<typeof dataSchema>;

export const produceRequestSchema = z.strictObject({
  partition_id: z.int().min(0).nullish().describe('By key, or stickily, when absent.'),
  headers: headersSchema,
  key: dataSchema,
  value: dataSchema,
  timestamp: z.iso.datetime({ offset: true }).nullish().describe('ISO 8601; now when absent.'),
});

export type DataType = (typeof TYPES)[number];

/** A record, and what its answer will say of it. */
export interface StreamedRecord {
  readonly record: IncomingRecord;
  readonly keyType: DataType | undefined;
  readonly valueType: DataType | undefined;
}

const refuseBase64: Refuse = (field) => badRequest(`${field} is not a valid base64 string.`);

/** `data` of a key or value, as it stands in the text: parsing loses digits. */
function jsonData(text: string, field: 'key' | 'value'): string {
  const scanner = new JsonScanner(text);
  let data: string | undefined;
  scanner.object((outer) => {
    if (outer !== field || !scanner.isAtObject) return scanner.skipValue();
    data = undefined;
    scanner.object((inner) => {
      if (inner === 'data') data = scanner.compactValue();
      else scanner.skipValue();
    });
  });
  if (data === undefined) throw new Error('the scanner found no data where JSON.parse did');
  return data;
}

/** The bytes of a key or value. @throws ApiError 400. */
function dataOf(text: string, field: 'key' | 'value', given: IncomingData): Buffer | null {
  const data = given?.data;
  if (data === undefined || data === null) return null;
  const type = given?.type;
  if (type === undefined || type === null) {
    throw badRequest(`${field}.type is missing: it has to be one of ${TYPES.join(', ')}.`);
  }
  if (type === 'JSON') return Buffer.from(jsonData(text, field));
  if (typeof data !== 'string') throw badRequest(`${field}.data has to be a string with type ${type}.`);
  return type === 'STRING' ? Buffer.from(data) : bytesOf(data, `${field}.data`, refuseBase64);
}

const typeOf = (given: IncomingData): DataType | undefined => given?.type ?? undefined;

/** An object of a produce stream, before anybody has looked at its fields. */
export interface JsonObject {
  readonly text: string;
  readonly parsed: unknown;
}

/** @throws ApiError 400 when it is not JSON. */
export function readJson(object: Buffer): JsonObject {
  const text = textOf(object);
  return { text, parsed: parseJson(text) };
}

/** The record that an object tells of. @throws ApiError 400. */
export function streamedRecord({ text, parsed }: JsonObject): StreamedRecord {
  const request = check(produceRequestSchema, parsed);
  const timestamp = typeof request.timestamp === 'string' ? Date.parse(request.timestamp) : undefined;
  if (timestamp !== undefined && timestamp < 0) throw badRequest('timestamp lies before 1970.');
  const record: IncomingRecord = {
    key: dataOf(text, 'key', request.key),
    value: dataOf(text, 'value', request.value),
    headers: headersOf(request.headers, refuseBase64),
    timestamp,
    partition: request.partition_id ?? undefined,
  };
  return { record, keyType: typeOf(request.key), valueType: typeOf(request.value) };
}
