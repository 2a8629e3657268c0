import * as z from 'zod';
import { JsonScanner } from '../json/scanner.ts';
import { headersOf, headersSchema, partitionField, refuseBase64, timestampSchema } from './binary-records.ts';
import type { IncomingRecord } from './incoming-record.ts';

const recordFields = {
  key: z.unknown().optional().describe('Any JSON.'),
  value: z.unknown().optional().describe('Any JSON. Absent or null: a tombstone.'),
  headers: headersSchema,
  timestamp: timestampSchema,
};

export const jsonToTopicSchema = z.strictObject({
  records: z.array(z.strictObject({ ...recordFields, partition: partitionField })).min(1, 'may not be empty'),
});

export const jsonToPartitionSchema = z.strictObject({
  records: z.array(z.strictObject(recordFields)).min(1, 'may not be empty'),
});

/** As either schema gives it. */
export type JsonRecord = z.output<typeof jsonToPartitionSchema>['records'][number] & {
  readonly partition?: number | null | undefined;
};

/** A record's key and value as compact JSON; absent when they are. Of a name that is there twice the last counts. */
interface KeyAndValue {
  key?: string;
  value?: string;
}

function keyAndValue(scanner: JsonScanner): KeyAndValue {
  const found: KeyAndValue = {};
  scanner.object((name) => {
    if (name === 'key' || name === 'value') found[name] = scanner.compactValue();
    else scanner.skipValue();
  });
  return found;
}

/** Of each element of `records`, in the text of the whole body. */
function keysAndValues(text: string): KeyAndValue[] {
  const scanner = new JsonScanner(text);
  let found: KeyAndValue[] = [];
  scanner.object((name) => {
    if (name !== 'records' || !scanner.isAtArray) return scanner.skipValue();
    found = [];
    scanner.array(() => {
      if (scanner.isAtObject) found.push(keyAndValue(scanner));
      else scanner.skipValue();
    });
  });
  return found;
}

const bytesOf = (json: string | undefined): Buffer | null =>
  json === undefined || json === 'null' ? null : Buffer.from(json);

/**
 * The records of a body in Confluent's JSON format. `text` is the body, `records` what `JSON.parse` made of it:
 * that has lost digits of numbers, the order of names and repeated ones, so keys and values come from the text.
 */
export function jsonRecords(text: string, records: readonly JsonRecord[]): IncomingRecord[] {
  const found = keysAndValues(text);
  if (found.length !== records.length) throw new Error('the scanner lost its way in the records');
  return records.map(({ headers, timestamp, partition }, index) => ({
    key: bytesOf(found[index]?.key),
    value: bytesOf(found[index]?.value),
    headers: headersOf(headers, refuseBase64(index)),
    timestamp: timestamp ?? undefined,
    partition: partition ?? undefined,
  }));
}
