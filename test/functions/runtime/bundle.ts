import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '../../..');

/** The names of the functions that answer HTTPS: `functions/<name>.ts`. */
export type FunctionName = 'produce' | 'fetch' | 'consume' | 'admin';

/**
 * Bundles an entry file as CDK's `NodejsFunction` does for the deployed one, into a folder of its own.
 *
 * @param entry Below the root of the project: `functions/produce.ts`.
 * @returns the folder; the handler is `index.handler`.
 */
export async function bundleFunction(entry: string, into: string): Promise<string> {
  await mkdir(into, { recursive: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: join(into, 'index.mjs'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
    },
    sourcemap: true,
    logLevel: 'warning',
  });
  return into;
}
