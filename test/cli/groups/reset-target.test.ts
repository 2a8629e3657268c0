import { expect, test } from 'vitest';
import { parseTarget, parseTopics } from '../../../lib/cli/groups/reset-target.ts';

test.each([
  [{ toEarliest: true }, 'earliest'],
  [{ toLatest: true }, 'latest'],
  [{ toDatetime: '2026-01-31T12:00:00Z' }, { timestamp: Date.UTC(2026, 0, 31, 12) }],
  [{ shiftBy: -5 }, { shift_by: -5 }],
  [{ shiftBy: 0 }, { shift_by: 0 }],
  [{ toOffset: 0 }, { offset: 0 }],
])('%j', (options, target) => {
  expect(parseTarget(options)).toEqual(target);
});

test.each([
  [{}, 'say where to'],
  [{ toEarliest: true, toOffset: 0 }, 'choose one'],
  [{ shiftBy: 0, toDatetime: '2026-01-31' }, 'choose one'],
  [{ toDatetime: '12:00' }, 'a time like'],
])('%j is refused', (options, message) => {
  expect(() => parseTarget(options)).toThrow(message);
});

test('topics are named whole, or with partitions', () => {
  expect(parseTopics(['orders', 'payments:0,12', 'payments:3'])).toEqual([
    { topic: 'orders' },
    { topic: 'payments', partition: 0 },
    { topic: 'payments', partition: 12 },
    { topic: 'payments', partition: 3 },
  ]);
});

test.each([
  [[''], 'takes a topic'],
  [['a b'], 'takes a topic'],
  [['orders:'], 'takes a topic'],
  [['orders:1,'], 'takes a topic'],
  [['orders:0-2'], 'takes a topic'],
  [['orders:1:2'], 'takes a topic'],
  [['orders', 'orders'], 'names orders twice'],
  [['orders:1', 'orders:01'], 'names orders:1 twice'],
])('%j is refused', (topics, message) => {
  expect(() => parseTopics(topics)).toThrow(message);
});
