import { beforeAll, expect, test } from 'vitest';
import { mutants } from './mutants/index.ts';
import type { Report } from './report.ts';
import { runModel, WAIT_MS_MAX } from './run-model.ts';

let reports: ReadonlyMap<string, Report>;
beforeAll(async () => {
  reports = await runModel('--quick', '--mutant');
}, WAIT_MS_MAX);

test.each(mutants.filter(({ belt }) => belt === undefined))('it is found when $about ($name)', ({ name }) => {
  const report = reports.get(name);
  expect(report?.kind, report?.text).toBe('broken');
  expect(report?.steps.at(0)).toMatch(/^1\. /);
});

test.each(mutants.filter(({ belt }) => belt !== undefined))(
  'it does no harm when $about: $belt',
  ({ name }) => {
    const report = reports.get(name);
    expect(report?.kind, report?.text).toBe('whole');
  },
);

test('the trace of a mutant tells in numbered steps how its loss comes about', () => {
  expect(reports.get('unknown-counts-as-failed')).toMatchObject({
    violation: 'I2: a stands in the log twice: a a',
    steps: [
      '1. p1 reads the head: epoch 0, tail 0, next 0',
      '2. p1 uploads a: done',
      '3. p1 appends a under epoch 0: no answer comes, it may be done later',
      '4. p1 reads the head: epoch 0, tail 0, next 0',
      '5. p1 uploads a: done',
      '6. p1 appends a under epoch 0: done, epoch 0, tail 0, next 1; its client hears that a stands at 0',
      '7. p1 uploads c: done',
      '8. late: p1 appends a under epoch 0: done, epoch 0, tail 0, next 2',
    ],
  });
});
