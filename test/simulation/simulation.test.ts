import { expect, test } from 'vitest';
import { logSimulation } from './log-simulation.ts';
import { traceOf } from './report.ts';
import { runSeedsInProcess } from './seeds-process.ts';

/** As many as a run of all tests has time for; `npm run simulate` runs as many as one likes. */
const SEEDS = 1_000;
const PROCESSES = 2;
const TEST_MS_MAX = 170_000;

test('whatever goes wrong, nothing acknowledged is lost, doubled, moved or hidden', {
  timeout: TEST_MS_MAX,
}, async () => {
  const each = SEEDS / PROCESSES;
  const runs = Array.from({ length: PROCESSES }, (_, index) => runSeedsInProcess(1 + index * each, each));
  for (const { isClean, output } of await Promise.all(runs)) {
    expect(isClean ? '' : output).toBe('');
    // So that a simulation in which nothing happens does not pass for one in which nothing breaks.
    const [, seeds, acknowledged, faults] =
      /(\d+) seeds .* (\d+) acknowledged,.* (\d+) faults; 0 seeds failed/.exec(output) ?? [];
    expect(Number(seeds)).toBe(each);
    expect(Number(acknowledged)).toBeGreaterThan(30 * each);
    expect(Number(faults)).toBeGreaterThan(10 * each);
  }
});

const traceOfSeed = (seed: number) => traceOf(logSimulation, logSimulation.drawStory(seed));

test.each([3, 28, 64])('seed %i does the same twice', async (seed) => {
  const first = await traceOfSeed(seed);
  expect(first.length).toBeGreaterThan(100);
  expect(await traceOfSeed(seed)).toEqual(first);
});

test('another seed does something else', async () => {
  expect(await traceOfSeed(1)).not.toEqual(await traceOfSeed(2));
});
