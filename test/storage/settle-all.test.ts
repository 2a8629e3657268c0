import { expect, test } from 'vitest';
import { forEachBounded } from '../../lib/storage/for-each-bounded.ts';
import { settleAll } from '../../lib/storage/settle-all.ts';

test('what all of them give comes in their order', async () => {
  const second = Promise.withResolvers<string>();
  const both = settleAll([Promise.resolve(1), second.promise]);
  second.resolve('two');
  expect(await both).toEqual([1, 'two']);
});

test('when one has failed, the others are waited for', async () => {
  const failure = new Error('failed');
  const slow = Promise.withResolvers<void>();
  let isOver = false;
  const ended = slow.promise.then(() => {
    isOver = true;
  });
  const all = settleAll([Promise.reject(failure), ended]).catch((error: unknown) => ({ error, isOver }));
  slow.resolve();
  expect(await all).toEqual({ error: failure, isOver: true });
});

test('work with bounds begins nothing behind an error, and ends what it has begun', async () => {
  const failure = new Error('failed');
  const begun: number[] = [];
  const ended: number[] = [];
  const slow = Promise.withResolvers<void>();
  const all = forEachBounded([0, 1, 2, 3], 2, async (value) => {
    begun.push(value);
    if (value === 0) throw failure;
    await slow.promise;
    ended.push(value);
  }).catch((error: unknown) => ({ error, ended: [...ended] }));
  slow.resolve();
  expect(await all).toEqual({ error: failure, ended: [1] });
  expect(begun).toEqual([0, 1]);
});
