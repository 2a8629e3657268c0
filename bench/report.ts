import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RESULTS_FOLDER } from './bench.ts';
import type { Figure } from './figure.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import type { Settings } from './settings.ts';
import type { Verdict } from './targets.ts';

export interface Result {
  readonly scenario: string;
  readonly figure: Figure;
  readonly verdicts: readonly Verdict[];
}

export interface Failure {
  readonly scenario: string;
  readonly message: string;
}

export interface Report {
  readonly startedAt: string;
  readonly machine: Machine;
  readonly options: Options;
  readonly settings: Settings;
  readonly results: readonly Result[];
  readonly failures: readonly Failure[];
}

/** Writes the report and returns where. */
export async function writeReport(report: Report): Promise<string> {
  const name = `${report.startedAt.replaceAll(':', '-')}.json`;
  const path = report.options.json ?? join(RESULTS_FOLDER, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`);
  return path;
}
