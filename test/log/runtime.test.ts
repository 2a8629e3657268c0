import { expect, test } from 'vitest';
import { systemRuntime } from '../../lib/log/runtime.ts';

test('a sleep ends at once when its signal aborts, before or while it sleeps', async () => {
  const aborter = new AbortController();
  const sleeping = systemRuntime.sleep(60_000, aborter.signal);
  aborter.abort();
  await sleeping;
  await systemRuntime.sleep(60_000, aborter.signal);
});

test('the next turn comes behind what has arrived already', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('arrived'));
  await systemRuntime.nextTurn();
  expect(order).toEqual(['arrived']);
});

test('random bytes are as many as were asked for, and differ', () => {
  expect(systemRuntime.randomBytes(8)).toHaveLength(8);
  expect(systemRuntime.randomBytes(8)).not.toEqual(systemRuntime.randomBytes(8));
});
