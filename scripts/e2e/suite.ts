import { join } from 'node:path';
import { type Child, root, runAloud } from './child.ts';

export interface SuiteOptions extends Pick<Child, 'env' | 'signal'> {
  /** Which files, by parts of their names. @default all */
  readonly only?: readonly string[];
}

/** Runs the black-box suites against the API that RIVULET_URL of their environment names. @throws Error when one fails. */
export function runSuite({ env, signal, only = [] }: SuiteOptions): Promise<void> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const config = join(root, 'vitest.black-box.config.ts');
  // A line for each file, and every failure.
  const args = [vitest, 'run', '--config', config, '--reporter=dot', ...only];
  return runAloud({ args, env, signal });
}
