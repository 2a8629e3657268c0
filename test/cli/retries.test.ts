import { expect, test } from 'vitest';
import { AnsweredError } from '../../lib/cli/answered-error.ts';
import { UnansweredError } from '../../lib/cli/client.ts';
import { type RetryClock, withRetries } from '../../lib/cli/retries.ts';

/** A clock that passes only while somebody sleeps. */
function setUp() {
  let nowMs = 0;
  let attempts = 0;
  const clock: RetryClock = {
    monotonicMs: () => nowMs,
    random: () => 1,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      nowMs += ms;
    },
  };
  const fail = (error: Error) => async (): Promise<never> => {
    attempts++;
    throw error;
  };
  return { clock, fail, onRetry: () => undefined, nowMs: () => nowMs, attempts: () => attempts };
}

const AWAY = new UnansweredError('away');

test('what may pass is repeated, less and less often, until it is time to give up', async () => {
  const { clock, fail, onRetry, nowMs, attempts } = setUp();
  await expect(withRetries(fail(AWAY), { clock, onRetry })).rejects.toBe(AWAY);
  expect(nowMs()).toBeGreaterThanOrEqual(30_000);
  expect(attempts()).toBeLessThan(40);
});

test('with no patience there is one attempt', async () => {
  const { clock, fail, onRetry, attempts } = setUp();
  await expect(withRetries(fail(AWAY), { clock, onRetry, giveUpAfterMs: 0 })).rejects.toBe(AWAY);
  expect(attempts()).toBe(1);
});

test('what will not pass is not repeated', async () => {
  const { clock, fail, onRetry, attempts } = setUp();
  const refused = new AnsweredError(409, 40921, 'fenced');
  await expect(withRetries(fail(refused), { clock, onRetry })).rejects.toBe(refused);
  expect(attempts()).toBe(1);
});

test('it ends with its signal, however patient it is', async () => {
  const { clock, fail, attempts } = setUp();
  const stop = new AbortController();
  const onRetry = () => {
    if (attempts() === 100) stop.abort();
  };
  const options = { clock, onRetry, giveUpAfterMs: Number.POSITIVE_INFINITY, signal: stop.signal };
  await expect(withRetries(fail(AWAY), options)).rejects.toThrow();
  expect(attempts()).toBe(100);
});
