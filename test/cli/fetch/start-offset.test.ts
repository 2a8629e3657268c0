import { expect, test } from 'vitest';
import { parseFrom } from '../../../lib/cli/fetch/start-offset.ts';

test.each([
  ['earliest', { offset: 'earliest' }],
  ['latest', { offset: 'latest' }],
  ['0', { offset: 0 }],
  ['1000', { offset: 1000 }],
  ['2026-01-31', { timestamp: Date.UTC(2026, 0, 31) }],
  ['2026-01-31T12:00:00Z', { timestamp: Date.UTC(2026, 0, 31, 12) }],
  ['2026-01-31T12:00:00.5+02:00', { timestamp: Date.UTC(2026, 0, 31, 10, 0, 0, 500) }],
])('%s', (from, query) => {
  expect(parseFrom(from)).toEqual(query);
});

test.each(['', 'first', '-1', '1.5', '2026-13-31', '9007199254740993', 'yesterday'])(
  '%s is refused',
  (from) => {
    expect(() => parseFrom(from)).toThrow('--from takes');
  },
);
