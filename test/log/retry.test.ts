import { expect, test } from 'vitest';
import { retryRepeatable } from '../../lib/log/retry.ts';
import {
  isWorthRepeating,
  NotDoneError,
  RefusedError,
  UnknownOutcomeError,
} from '../../lib/storage/errors.ts';
import { HastyRuntime } from './test-runtime.ts';

const throttled = new NotDoneError('throttled', { retriable: true });
const full = new NotDoneError('disk full', { retriable: false });
const lost = new UnknownOutcomeError('lost');

/** Work that fails with these errors, one each, and then is done. */
function work(...errors: readonly Error[]) {
  let calls = 0;
  const run = async (): Promise<string> => {
    const error = errors[calls++];
    if (error !== undefined) throw error;
    return 'done';
  };
  return { run, calls: () => calls };
}

test.each<[string, Error, boolean]>([
  ['throttled', throttled, true],
  ['an unknown outcome', lost, true],
  ['a full disk', full, false],
  ['a refusal', new RefusedError('refused', undefined), false],
  ['a bug', new TypeError('x is undefined'), false],
])('%s is worth repeating: %o', (_, error, expected) => {
  expect(isWorthRepeating(error)).toBe(expected);
});

test('work is repeated until it is done, with waits of up to 25 ms, 50 ms and 100 ms', async () => {
  const runtime = new HastyRuntime();
  const before = runtime.monotonicMs();
  const { run, calls } = work(throttled, lost, throttled);
  expect(await retryRepeatable(runtime, run)).toBe('done');
  expect(calls()).toBe(4);
  expect(runtime.monotonicMs() - before).toBeGreaterThan(0);
  expect(runtime.monotonicMs() - before).toBeLessThan(175);
});

test('after four attempts the last error comes out, and what cannot help is not repeated at all', async () => {
  const runtime = new HastyRuntime();
  const tired = work(throttled, throttled, throttled, lost, throttled);
  await expect(retryRepeatable(runtime, tired.run)).rejects.toBe(lost);
  expect(tired.calls()).toBe(4);
  const hopeless = work(full);
  await expect(retryRepeatable(runtime, hopeless.run)).rejects.toBe(full);
  expect(hopeless.calls()).toBe(1);
});
