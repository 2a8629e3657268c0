import { expect, test } from 'vitest';
import { traceOf } from '../report.ts';
import { runSeedsInProcess } from '../seeds-process.ts';
import { groupSimulation } from './group-simulation.ts';

/** As many as a run of all tests has time for; `npm run simulate -- --groups` runs as many as one likes. */
const SEEDS = 1_000;
const PROCESSES = 2;
const TEST_MS_MAX = 300_000;

test('whatever goes wrong, a partition has one owner, and nobody else moves what it has committed', {
  timeout: TEST_MS_MAX,
}, async () => {
  const each = SEEDS / PROCESSES;
  const runs = Array.from({ length: PROCESSES }, (_, index) =>
    runSeedsInProcess(1 + index * each, each, ['--groups']),
  );
  for (const { isClean, output } of await Promise.all(runs)) {
    expect(isClean ? '' : output).toBe('');
    // So that a simulation in which nothing happens does not pass for one in which nothing breaks.
    const count = (what: string): number => Number(new RegExp(` (\\d+) ${what}[,;]`).exec(output)?.[1]);
    expect(count('heartbeats')).toBeGreaterThan(50 * each);
    expect(count('commits')).toBeGreaterThan(8 * each);
    expect(count('commits refused')).toBeGreaterThan(each / 4);
    expect(count('rebalances')).toBeGreaterThan(10 * each);
    expect(count('faults')).toBeGreaterThan(15 * each);
  }
});

const traceOfSeed = (seed: number) => traceOf(groupSimulation, groupSimulation.drawStory(seed));

test.each([4, 21, 63])('seed %i does the same twice', async (seed) => {
  const first = await traceOfSeed(seed);
  expect(first.length).toBeGreaterThan(100);
  expect(await traceOfSeed(seed)).toEqual(first);
});

test('another seed does something else', async () => {
  expect(await traceOfSeed(1)).not.toEqual(await traceOfSeed(2));
});
