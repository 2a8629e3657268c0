import { expect, test } from 'vitest';
import { decidePosition } from '../../../lib/group/instances/decide-position.ts';
import type { OffsetReset } from '../../../lib/group/instances/types.ts';
import { asOffset } from '../../../lib/kafka/types.ts';

const partition = { topic: 'quakes', partition: 3 };
const range = { start: asOffset(10), next: asOffset(20) };
const decide = (wanted: number | undefined, reset: OffsetReset) =>
  decidePosition(partition, wanted === undefined ? undefined : asOffset(wanted), range, reset);

test.each<[number | undefined, OffsetReset, number]>([
  [10, 'none', 10],
  [15, 'none', 15],
  [20, 'none', 20],
  [undefined, 'earliest', 10],
  [undefined, 'latest', 20],
  [9, 'earliest', 10],
  [9, 'latest', 20],
  [21, 'earliest', 10],
  [21, 'latest', 20],
])('of 10 up to 20, %s is read on from under %s: %s', (wanted, reset, expected) => {
  expect(decide(wanted, reset)).toBe(expected);
});

test.each<[number | undefined, string]>([
  [undefined, 'committed no offset for quakes-3'],
  [9, 'Offset 9 of quakes-3 is out of range: the partition holds 10 up to 20'],
  [21, 'Offset 21 of quakes-3 is out of range'],
])('of 10 up to 20, %s is an error where nothing says what else', (wanted, message) => {
  expect(() => decide(wanted, 'none')).toThrow(message);
});
