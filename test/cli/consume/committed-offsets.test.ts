import { expect, test } from 'vitest';
import { AnsweredError } from '../../../lib/cli/answered-error.ts';
import { type AssignedPartition, keyOf } from '../../../lib/cli/consume/assigned-partition.ts';
import { CommittedOffsets } from '../../../lib/cli/consume/committed-offsets.ts';

const partition = (number: number): AssignedPartition => ({
  topicId: 't',
  topic: 'orders',
  partition: number,
});

test('partitions that are asked for at once share a request, and each gets its own offset', async () => {
  const requests: number[][] = [];
  const offsets = new CommittedOffsets(async (partitions) => {
    requests.push(partitions.map((each) => each.partition));
    return new Map(
      partitions.filter((each) => each.partition > 0).map((each) => [keyOf(each), each.partition * 10]),
    );
  });
  const asked = [0, 1, 2].map((each) => offsets.of(partition(each)));
  expect(await Promise.all(asked)).toEqual([undefined, 10, 20]);
  expect(await offsets.of(partition(3))).toBe(30);
  expect(requests).toEqual([[0, 1, 2], [3]]);
});

test('a partition that is lost is refused by itself', async () => {
  const stale = new AnsweredError(409, 40922, 'not yours');
  const offsets = new CommittedOffsets(async (partitions) => {
    if (partitions.some((each) => each.partition === 1)) throw stale;
    return new Map(partitions.map((each) => [keyOf(each), 5]));
  });
  const asked = await Promise.allSettled([0, 1, 2].map((each) => offsets.of(partition(each))));
  expect(asked).toEqual([
    { status: 'fulfilled', value: 5 },
    { status: 'rejected', reason: stale },
    { status: 'fulfilled', value: 5 },
  ]);
});

test('a request without an answer fails for all who asked', async () => {
  const offsets = new CommittedOffsets(() => Promise.reject(new Error('away')));
  const asked = await Promise.allSettled([offsets.of(partition(0)), offsets.of(partition(1))]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
