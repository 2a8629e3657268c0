import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Report } from './report.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
/** It takes seconds; a machine that does much else may take its time. */
export const WAIT_MS_MAX = 300_000;

/**
 * Runs the model in a process of Node's own, for mutants are made as Node loads the sources. What is not as expected
 * is in the reports; nothing is when the run came to an end without them.
 */
export async function runModel(...args: readonly string[]): Promise<ReadonlyMap<string, Report>> {
  const ran = promisify(execFile)(process.execPath, [MAIN, '--json', ...args], {
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  const { stdout, stderr } = await ran.catch((error: { stdout: string; stderr: string }) => error);
  if (stderr !== '') throw new Error(stderr);
  const reports = stdout.trim().split('\n');
  return new Map(reports.map((line) => JSON.parse(line)).map((report: Report) => [report.name, report]));
}
