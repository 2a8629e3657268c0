import { expect, test } from 'vitest';
import { murmur2, partitionForKey } from '../../lib/kafka/murmur2.ts';
import { murmur2Vectors } from './vectors.ts';

test.each(murmur2Vectors)("key $key hashes and lands where Kafka's client puts it", (vector) => {
  const key = Buffer.from(vector.key, 'hex');
  expect(murmur2(key)).toBe(vector.murmur2);
  for (const [partitions, partition] of Object.entries(vector.partitionOf)) {
    expect(partitionForKey(key, Number(partitions))).toBe(partition);
  }
});
