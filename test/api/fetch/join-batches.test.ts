import { expect, test } from 'vitest';
import { joinBatches } from '../../../lib/api/fetch/join-batches.ts';

const memory = Uint8Array.from({ length: 20 }, (_, index) => index);

test('neighbours in memory become one view, without a copy', () => {
  const joined = joinBatches([memory.subarray(3, 7), memory.subarray(7, 8), memory.subarray(8, 15)]);
  expect(joined.buffer).toBe(memory.buffer);
  expect(joined).toEqual(memory.subarray(3, 15));
});

test.each([
  ['a gap', [memory.subarray(0, 2), memory.subarray(3, 5)], [0, 1, 3, 4]],
  ['another order', [memory.subarray(3, 5), memory.subarray(0, 2)], [3, 4, 0, 1]],
  ['other memory', [memory.subarray(0, 2), memory.slice(2, 4)], [0, 1, 2, 3]],
  ['nothing', [], []],
])('%s between batches is no matter', (_, batches, bytes) => {
  expect([...joinBatches(batches)]).toEqual(bytes);
});
