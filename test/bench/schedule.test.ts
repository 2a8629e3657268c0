import { expect, test } from 'vitest';
import { runMetronome } from '../../bench/generator/metronome.ts';
import { LatencyHistogram } from '../../bench/histogram.ts';
import { intendedMs } from '../../bench/schedule.ts';

test('requests are due at a steady rate, whatever becomes of them', () => {
  const schedule = { startMs: 1000, ratePerSecond: 500, count: 3 };
  expect([0, 1, 2].map((index) => intendedMs(schedule, index))).toEqual([1000, 1002, 1004]);
});

test('the metronome beats once for each request, in order, even when all of them are overdue', async () => {
  const beats: number[] = [];
  await runMetronome({ startMs: 0, ratePerSecond: 500, count: 20 }, (index) => beats.push(index));
  expect(beats).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

test('a histogram keeps milliseconds to three digits', () => {
  const histogram = new LatencyHistogram();
  for (let durationMs = 1; durationMs <= 100; durationMs++) histogram.record(durationMs);
  const { count, p50Ms, p99Ms, maxMs } = histogram.summary();
  expect(count).toBe(100);
  expect(p50Ms).toBeCloseTo(50, 0);
  expect(p99Ms).toBeCloseTo(99, 0);
  expect(maxMs).toBeCloseTo(100, 0);
});
