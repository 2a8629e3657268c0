import { encodeRecordBatch } from '../lib/kafka/encode-record-batch.ts';
import { recordValue } from './records.ts';
import { seededRandom } from './seeded-random.ts';

export type Format = 'recordbatch' | 'binary' | 'json';

export const contentTypes: Readonly<Record<Format, string>> = {
  recordbatch: 'application/vnd.kafka.recordbatch',
  binary: 'application/vnd.kafka.binary.v2+json',
  json: 'application/vnd.kafka.json.v2+json',
};

/** What one request carries. */
export interface Shape {
  readonly format: Format;
  /** Record batches in the body; the JSON formats know no batches and take 1. */
  readonly batches: number;
  readonly recordsPerBatch: number;
  /** Bytes of each record's value. */
  readonly recordBytes: number;
}

/** A request's body, made before the clock runs, with what it must come back as. */
export interface Body {
  readonly bytes: Buffer;
  readonly values: readonly Buffer[];
}

/** Timestamp of every record (15 November 2023), so that a seed repeats the bytes. */
const TIMESTAMP_MS = 1_700_000_000_000;

export function recordsPerRequest(shape: Shape): number {
  return shape.batches * shape.recordsPerBatch;
}

/** Bytes of the records' values in one request: what all rates count, whatever the format adds to them. */
export function payloadBytes(shape: Shape): number {
  return recordsPerRequest(shape) * shape.recordBytes;
}

function encodeBatches(shape: Shape, values: readonly Buffer[]): Buffer {
  const batches = Array.from({ length: shape.batches }, (_, index) => {
    const from = index * shape.recordsPerBatch;
    const records = values
      .slice(from, from + shape.recordsPerBatch)
      .map((value) => ({ timestamp: TIMESTAMP_MS, key: null, value }));
    return encodeRecordBatch(records);
  });
  return Buffer.concat(batches);
}

function encodeJson(values: readonly string[]): Buffer {
  return Buffer.from(`{"records":[${values.map((value) => `{"value":${value}}`).join(',')}]}`);
}

/** The body of a produce request with these records, one behind the other. */
export function encodeBody(shape: Shape, values: readonly Buffer[]): Body {
  switch (shape.format) {
    case 'recordbatch':
      return { bytes: encodeBatches(shape, values), values };
    case 'binary':
      return { bytes: encodeJson(values.map((value) => `"${value.toString('base64')}"`)), values };
    case 'json':
      return { bytes: encodeJson(values.map((value) => value.toString('latin1'))), values };
  }
}

/** Bodies with ids from 0, all different, the same for the same seed. */
export function buildBodies(shape: Shape, count: number, seed: number): Body[] {
  const random = seededRandom(seed);
  const recordCount = recordsPerRequest(shape);
  return Array.from({ length: count }, (_, bodyIndex) => {
    const firstId = bodyIndex * recordCount;
    const values = Array.from({ length: recordCount }, (_, index) =>
      recordValue(firstId + index, shape.recordBytes, random),
    );
    return encodeBody(shape, values);
  });
}
