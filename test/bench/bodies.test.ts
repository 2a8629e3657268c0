import { expect, test } from 'vitest';
import { buildBodies, type Format, payloadBytes, type Shape } from '../../bench/bodies.ts';
import { decodeRecordBatch } from '../../lib/kafka/decode-record-batch.ts';
import { splitBatches } from '../../lib/kafka/record-batch.ts';

const shapeOf = (format: Format, batches: number): Shape => ({
  format,
  batches,
  recordsPerBatch: 3,
  recordBytes: 1024,
});

/** The values that a reader of the format finds in a body. */
function valuesOf(format: Format, bytes: Buffer): Buffer[] {
  if (format === 'recordbatch') {
    return splitBatches(bytes).flatMap((batch) => {
      const { records } = decodeRecordBatch(batch.bytes, { decompressedBytesMax: 1_000_000 });
      return records.map(({ value }) => Buffer.from(value ?? []));
    });
  }
  if (format === 'binary') {
    const { records }: { records: { value: string }[] } = JSON.parse(bytes.toString());
    return records.map(({ value }) => Buffer.from(value, 'base64'));
  }
  const text = bytes.toString();
  const { records }: { records: unknown[] } = JSON.parse(text);
  expect(records).toHaveLength(3);
  return Array.from(text.matchAll(/\{"value":(\{[^}]*\})\}/g), ([, value = '']) => Buffer.from(value));
}

test.each([
  ['recordbatch', 1],
  ['recordbatch', 4],
  ['binary', 1],
  ['json', 1],
] as const)('a body of format %s with %i batches carries its values', (format, batches) => {
  const shape = shapeOf(format, batches);
  const [body] = buildBodies(shape, 1, 7);
  expect(body?.values).toHaveLength(3 * batches);
  expect(body && valuesOf(format, body.bytes)).toEqual(body?.values);
  expect(body?.values.reduce((sum, value) => sum + value.length, 0)).toBe(payloadBytes(shape));
});

test('the same seed gives the same bytes, another seed others', () => {
  const shape = shapeOf('recordbatch', 1);
  expect(buildBodies(shape, 2, 7)).toEqual(buildBodies(shape, 2, 7));
  expect(buildBodies(shape, 2, 7)).not.toEqual(buildBodies(shape, 2, 8));
});

test('all three formats carry the same values', () => {
  const [batch] = buildBodies(shapeOf('recordbatch', 1), 1, 7);
  const [binary] = buildBodies(shapeOf('binary', 1), 1, 7);
  const [json] = buildBodies(shapeOf('json', 1), 1, 7);
  expect(binary?.values).toEqual(batch?.values);
  expect(json?.values).toEqual(batch?.values);
});
