import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StickyPartitioner } from '../../lib/kafka/sticky-partitioner.ts';

/** Repeats the same fractions for ever. */
function cycle(...fractions: number[]): () => number {
  let turn = 0;
  return () => fractions[turn++ % fractions.length] ?? 0;
}

test('the next batch never goes where the last one went', () => {
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(fraction, { minLength: 1 }),
      fc.integer({ min: 2, max: 50 }),
      (fractions, partitions) => {
        const partitioner = new StickyPartitioner({ random: cycle(...fractions) });
        let last = -1;
        for (let batch = 0; batch < 20; batch++) {
          const partition = partitioner.partitionForBatch('topic', partitions);
          expect(partition).not.toBe(last);
          expect(partition).toBeGreaterThanOrEqual(0);
          expect(partition).toBeLessThan(partitions);
          last = partition;
        }
      },
    ),
  );
});

test('every other partition is as likely as the next', () => {
  const steps = 12;
  const seen = [0, 0, 0, 0];
  for (let step = 0; step < steps; step++) {
    const partitioner = new StickyPartitioner({ random: cycle(0.25, step / steps) });
    expect(partitioner.partitionForBatch('topic', 4)).toBe(1);
    const next = partitioner.partitionForBatch('topic', 4);
    seen[next] = (seen[next] ?? 0) + 1;
  }
  expect(seen).toEqual([4, 0, 4, 4]);
});

test('with one partition there is no other', () => {
  const partitioner = new StickyPartitioner({ random: cycle(0.99) });
  expect([1, 2, 3].map(() => partitioner.partitionForBatch('topic', 1))).toEqual([0, 0, 0]);
});

test('each topic has a last partition of its own', () => {
  const partitioner = new StickyPartitioner({ random: cycle(0) });
  expect(partitioner.partitionForBatch('a', 2)).toBe(0);
  expect(partitioner.partitionForBatch('b', 2)).toBe(0);
  expect(partitioner.partitionForBatch('a', 2)).toBe(1);
  expect(partitioner.partitionForBatch('b', 2)).toBe(1);
});

test('only so many topics are remembered', () => {
  const partitioner = new StickyPartitioner({ random: cycle(0), topicsMax: 1 });
  expect(partitioner.partitionForBatch('a', 2)).toBe(0);
  expect(partitioner.partitionForBatch('b', 2)).toBe(0);
  expect(partitioner.partitionForBatch('a', 2)).toBe(0);
});

test('a count of partitions below one is a mistake of the caller', () => {
  const partitioner = new StickyPartitioner({ random: cycle(0) });
  expect(() => partitioner.partitionForBatch('a', 0)).toThrow(RangeError);
});
