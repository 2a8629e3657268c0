import { expect, test } from 'vitest';
import { traceOf } from '../report.ts';
import { runSeedsInProcess } from '../seeds-process.ts';
import { groupSimulation } from './group-simulation.ts';

/** As many as a run of all tests has time for; `npm run simulate -- --groups` runs as many as one likes. */
const SEEDS = 1_000;
const PROCESSES = 2;
const TEST_MS_MAX = 300_000;

/** So that a simulation in which nothing happens does not pass for one in which nothing breaks: of each, a seed. */
const AT_LEAST: Readonly<Record<string, number>> = {
  heartbeats: 50,
  processed: 30,
  commits: 8,
  rebalances: 10,
  faults: 15,
};

test('whatever goes wrong, a partition has one owner, no offset is moved by another, and nothing is skipped', {
  timeout: TEST_MS_MAX,
}, async () => {
  const each = SEEDS / PROCESSES;
  const runs = Array.from({ length: PROCESSES }, (_, index) =>
    runSeedsInProcess(1 + index * each, each, ['--groups']),
  );
  for (const { isClean, output } of await Promise.all(runs)) {
    expect(isClean ? '' : output).toBe('');
    expect(output).toMatch(new RegExp(`^${each} seeds .* 0 seeds failed\\n$`));
    const counts = Object.fromEntries(
      Array.from(output.matchAll(/(\d+) ([a-z ]+)[,;]/g), ([, count, what = '']) => [what, Number(count)]),
    );
    for (const [what, aSeed] of Object.entries(AT_LEAST)) {
      expect(counts[what], what).toBeGreaterThan(aSeed * each);
    }
  }
});

const traceOfSeed = (seed: number) => traceOf(groupSimulation, groupSimulation.drawStory(seed));

test.each([2, 17, 40])('seed %i does the same twice', async (seed) => {
  const first = await traceOfSeed(seed);
  expect(first.length).toBeGreaterThan(100);
  expect(await traceOfSeed(seed)).toEqual(first);
});
