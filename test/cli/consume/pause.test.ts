import { expect, test } from 'vitest';
import { Alarm, pause, within } from '../../../lib/cli/consume/pause.ts';
import { systemClock } from '../../../lib/cli/retries.ts';

const LONG_MS = 60_000;
const { signal: never } = new AbortController();

test('a pause ends as soon as its signal aborts', async () => {
  const stop = new AbortController();
  const pausing = pause(systemClock, LONG_MS, stop.signal);
  stop.abort();
  await pausing;
  await pause(systemClock, LONG_MS, stop.signal);
});

test('an alarm ends a wait, also one that begins later, and no other', async () => {
  const alarm = new Alarm(systemClock);
  const waiting = alarm.wait(LONG_MS, never);
  alarm.ring();
  await waiting;
  alarm.ring();
  await alarm.wait(LONG_MS, never);
  expect(await within(systemClock, 20, alarm.wait(LONG_MS, AbortSignal.timeout(1_000)))).toBe(false);
});

test('work that is over in time is told from work that is not', async () => {
  expect(await within(systemClock, LONG_MS, Promise.resolve())).toBe(true);
  expect(await within(systemClock, 1, new Promise(() => undefined))).toBe(false);
  await expect(within(systemClock, LONG_MS, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
});
