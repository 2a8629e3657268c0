import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { recordIds, recordValue } from '../../bench/records.ts';
import { seededRandom } from '../../bench/seeded-random.ts';

test('a value is compact JSON of exactly its size that names its id', () => {
  const random = seededRandom(1);
  for (const bytes of [64, 1000, 1024, 1025]) {
    const value = recordValue(12345, bytes, random);
    expect(value).toHaveLength(bytes);
    expect(JSON.parse(value.toString())).toMatchObject({ id: 12345 });
  }
});

test('values are not worth compressing', () => {
  const random = seededRandom(1);
  const values = Buffer.concat(Array.from({ length: 100 }, (_, id) => recordValue(id, 1024, random)));
  expect(gzipSync(values).length).toBeGreaterThan(values.length * 0.7);
});

test('ids are found in values that stand behind each other', () => {
  const random = seededRandom(1);
  const text = [3, 1, 2].map((id) => recordValue(id, 100, random).toString()).join('\0\0');
  expect(recordIds(text)).toEqual([3, 1, 2]);
});
