import { expect, test } from 'vitest';
import type { Figure } from '../../bench/figure.ts';
import { formatNumber } from '../../bench/number-format.ts';
import { chooseScenarios } from '../../bench/scenario.ts';
import { scenarios } from '../../bench/scenarios/index.ts';
import { settingsFor } from '../../bench/settings.ts';
import { formatHeading, formatRow } from '../../bench/table.ts';
import { verdictsOn } from '../../bench/targets.ts';

const SCENARIO = 'append/recordbatch/100x1KB/c64/p1';
const figure: Figure = {
  name: 'append',
  value: 160,
  unit: 'MB/s',
  ceilings: { bare: 640, disk: 400 },
};

test('a figure stands beside its ceilings and its targets', () => {
  const verdicts = verdictsOn(SCENARIO, figure);
  expect(verdicts).toEqual([
    { wanted: 'at least 150 MB/s', met: true },
    { wanted: 'at least 50 % of disk', met: false },
  ]);
  const row = formatRow(SCENARIO, figure, verdicts);
  expect(row).toContain('160 MB/s');
  expect(row).toContain('640 (25 %)');
  expect(row).toMatch(/at least 150 MB\/s: met; at least 50 % of disk: NOT MET$/);
});

test('columns stand under their titles', () => {
  const [titles = ''] = formatHeading().split('\n');
  const row = formatRow(SCENARIO, figure, []);
  expect(row.indexOf('append', SCENARIO.length)).toBe(titles.indexOf('figure'));
  expect(row.lastIndexOf('400 (40 %)') + '400 (40 %)'.length).toBe(titles.indexOf('fsync') + 'fsync'.length);
});

test('numbers keep the digits that mean something', () => {
  expect([0.12345, 1.2345, 12.345, 123.45, 12345.6].map(formatNumber)).toEqual([
    '0.123',
    '1.23',
    '12.3',
    '123',
    '12,346',
  ]);
});

test('every target is one of a scenario and a figure that exist', () => {
  const wanted = scenarios.filter(({ name }) =>
    ['append', 'read', 'delivered p50', 'first ack', 'disk used', 'fetch growth'].some(
      (figureName) => verdictsOn(name, { ...figure, name: figureName }).length > 0,
    ),
  );
  expect(wanted.map(({ name }) => name.split('/')[0])).toEqual(
    expect.arrayContaining(['append', 'read', 'latency', 'start', 'footprint', 'batches']),
  );
});

test('a glob chooses scenarios, and a quick run has fewer', () => {
  const matched = chooseScenarios(scenarios, { only: 'append/*/1x1KB/c64/p1', quick: false });
  expect(matched).toHaveLength(3);
  const full = chooseScenarios(scenarios, { only: undefined, quick: false });
  const quick = chooseScenarios(scenarios, { only: undefined, quick: true });
  expect(full.filter(({ name }) => name.startsWith('append/'))).toHaveLength(36);
  expect(quick.length).toBeLessThan(full.length / 2);
});

test('a measured time from the command line replaces the one of the settings', () => {
  expect(settingsFor({ quick: false, seconds: 7 }).extent).toMatchObject({ durationMs: 7000 });
});
