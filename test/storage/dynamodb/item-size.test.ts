import { expect, test } from 'vitest';
import { asEpoch, asOffset } from '../../../lib/kafka/types.ts';
import { headBytes, itemBytes, numberBytes } from '../../../lib/storage/dynamodb/item-size.ts';
import { newHead } from '../../../lib/storage/heads/new-head.ts';

test.each([
  [0, 1],
  [7, 2],
  [99, 2],
  [100, 2],
  [101, 3],
  [-101, 4],
  [0.25, 2],
  [1_234_567_890, 6],
])(
  'the number %d takes %i bytes: one for two significant digits, one more, one for a sign',
  (value, bytes) => {
    expect(numberBytes(value)).toBe(bytes);
  },
);

test('an item takes its names and values, in UTF-8', () => {
  const key = { pk: 'TOPICS', sk: 'orders' };
  // pk 2 + 6, sk 2 + 6, v 1 + 16, a 1 + {"é":1}
  expect(itemBytes({ key, attributes: {} })).toBe(33);
  expect(itemBytes({ key, attributes: { é: 1 } })).toBe(33 + 1 + 8);
  expect(itemBytes({ key, attributes: {}, data: Buffer.alloc(100) })).toBe(33 + 101);
  expect(itemBytes(undefined)).toBe(0);
});

test('a head takes its numbers, and for each entry and producer its name, its bytes and one more', () => {
  const partition = { topicId: 'abc', partition: 0 };
  const empty = newHead(1);
  // pk 2 + 7, sk 2 + 4, eight numbers of 1 + 1 but for the leader's 1 + 2, three maps of 1 + 3, a barrier of 1
  expect(headBytes(empty, partition)).toBe(15 + 17 + 12 + 1);
  const full = {
    ...empty,
    next: asOffset(1_000_000_001),
    epoch: asEpoch(12),
    barrier: '01JD0000000000000000000000',
    deleted: true,
    entries: [{ appendId: 'elevenchars', base: asOffset(123), entry: Buffer.alloc(30) }],
    producers: new Map([['12345', Buffer.alloc(27)]]),
  };
  const more = 5 + 1 + 26 + 2 + (2 * 12 + 3 + 30) + (5 + 1 + 27);
  expect(headBytes(full, partition)).toBe(15 + 17 + 12 + 1 + more);
  expect(headBytes(undefined, partition)).toBe(0);
});
