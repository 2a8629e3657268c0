import { beforeAll, expect, test } from 'vitest';
import { configurations } from './configurations/index.ts';
import type { Report } from './report.ts';
import { runModel, WAIT_MS_MAX } from './run-model.ts';

let reports: ReadonlyMap<string, Report>;
beforeAll(async () => {
  reports = await runModel('--quick');
}, WAIT_MS_MAX);

/** Fewer would mean that less is explored than was: look why before you change a number. */
const STATES_MIN: Record<string, number> = {
  append: 150_000,
  rolls: 94_000,
  fetch: 27_000,
  pipeline: 21_000,
  evictions: 27_000,
  'producer-epochs': 22_000,
  garbage: 6_000,
  repeats: 4_000,
  keys: 15_000,
};

test.each(configurations)('nothing is lost, doubled or hidden when $about', ({ name }) => {
  const report = reports.get(name);
  expect(report?.asExpected, report?.text).toBe(true);
  expect(report?.states).toBeGreaterThan(STATES_MIN[name] ?? Number.POSITIVE_INFINITY);
});
