import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Mutant } from './mutant.ts';

const run = promisify(execFile);
const ONE_MUTANT = fileURLToPath(new URL('one-mutant.ts', import.meta.url));
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** What became of one mutant: the seed that catches it and what it breaks, or that none of the seeds does. */
export interface Hunted {
  readonly caught: { readonly seed: number; readonly problem: string } | undefined;
  readonly seeds: number;
}

/**
 * Looks for a seed that catches the mutant, in a process of its own, for a mutant stays switched on.
 * @throws Error when the mutant does not match the code any more.
 */
export async function hunt({ name }: Mutant, seedsMax: number): Promise<Hunted> {
  const { stdout } = await run(process.execPath, [ONE_MUTANT, name, String(seedsMax)], {
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  return JSON.parse(stdout) as Hunted;
}
