import { expect, test } from 'vitest';
import { AnsweredError } from '../../../lib/cli/answered-error.ts';
import type { AssignedPartition } from '../../../lib/cli/consume/assigned-partition.ts';
import { Committer } from '../../../lib/cli/consume/committer.ts';
import type { Position } from '../../../lib/cli/consume/group-api.ts';

const STALE = new AnsweredError(409, 40922, 'not yours');
const partition = (number: number): AssignedPartition => ({
  topicId: 't',
  topic: 'orders',
  partition: number,
});

/** Keeps what is committed, by partition. */
function broker(refuses?: number) {
  const commits: [number, number][][] = [];
  const commit = async (positions: readonly Position[]): Promise<void> => {
    if (positions.some(({ at }) => at.partition === refuses)) throw STALE;
    commits.push(positions.map(({ at, offset }) => [at.partition, offset]));
  };
  return { commits, commit };
}

test('what was printed is committed once', async () => {
  const committer = new Committer();
  const { commits, commit } = broker();
  committer.begin(partition(0), 5);
  committer.begin(partition(1), 5);
  expect(committer.hasUncommitted).toBe(false);
  committer.printed(partition(0), 6);
  committer.printed(partition(0), 9);
  expect(committer.hasUncommitted).toBe(true);
  await committer.flush(commit);
  await committer.flush(commit);
  expect(commits).toEqual([[[0, 9]]]);
  expect(committer.hasUncommitted).toBe(false);
});

test('what is printed meanwhile waits for the next commit, and none overtakes another', async () => {
  const committer = new Committer();
  const { commits, commit } = broker();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  committer.printed(partition(0), 1);
  const first = committer.flush(async (positions) => {
    await released;
    await commit(positions);
  });
  await Promise.resolve();
  committer.printed(partition(0), 2);
  const second = committer.flush(commit);
  release();
  await Promise.all([first, second]);
  expect(commits).toEqual([[[0, 1]], [[0, 2]]]);
});

test('a refused partition is told and not sent again, and the others are committed', async () => {
  const committer = new Committer();
  const { commits, commit } = broker(1);
  for (const each of [0, 1, 2]) committer.printed(partition(each), 7);
  expect(await committer.flush(commit)).toEqual([STALE]);
  expect(commits.flat().toSorted()).toEqual([
    [0, 7],
    [2, 7],
  ]);
  expect(committer.hasUncommitted).toBe(false);
});

test('after a failure everything is committed the next time, without what was forgotten', async () => {
  const committer = new Committer();
  const { commits, commit } = broker();
  for (const each of [0, 1]) committer.printed(partition(each), 7);
  await expect(committer.flush(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
  committer.forget([partition(0)]);
  await committer.flush(commit);
  expect(commits).toEqual([[[1, 7]]]);
});
