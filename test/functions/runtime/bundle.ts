import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../../lib/cdk/function-code.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The names of the functions that answer HTTPS: `functions/<name>.ts`. */
export type FunctionName = 'produce' | 'fetch' | 'consume' | 'admin';

/**
 * Bundles an entry file as the CDK app does for what is deployed, into a folder of its own.
 *
 * @param entry Below the root of the project: `functions/produce.ts`.
 * @returns the folder; the handler is `index.handler`.
 */
export async function bundleFunction(entry: string, into: string): Promise<string> {
  await mkdir(into, { recursive: true });
  await build({ ...bundleOptions(join(ROOT, entry), into), absWorkingDir: ROOT });
  return into;
}
