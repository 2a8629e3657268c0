import { expect, test } from 'vitest';
import { describePartitions } from '../../../lib/cli/consume/assigned-partition.ts';

const of = (topic: string, ...partitions: number[]) => partitions.map((partition) => ({ topic, partition }));

test('partitions are told by topic, with neighbours as ranges', () => {
  expect(describePartitions([])).toBe('');
  expect(describePartitions(of('orders', 0))).toBe('partitions 0 of orders');
  expect(describePartitions([...of('payments', 1), ...of('orders', 7, 0, 2, 10, 1)])).toBe(
    'partitions 0-2, 7, 10 of orders; 1 of payments',
  );
});
