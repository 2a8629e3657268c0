/**
 * Makes `dist/`, what the published package holds: JavaScript for Node 24 and later. Our own files become a few,
 * because a start is faster the fewer there are to be found; what stands in `dependencies` stays outside. The functions
 * that the CDK construct deploys are there as they are deployed, with everything in them.
 */
import { execFile } from 'node:child_process';
import { chmod, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import { bundleOptions } from '../lib/cdk/function-code.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const cdk = join(dist, 'cdk');

const packageOptions: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: true,
  logLevel: 'warning',
};

await rm(dist, { recursive: true, force: true });
await build({ ...packageOptions, entryPoints: ['lib/cli/bin.js'], outdir: dist });
await chmod(join(dist, 'bin.js'), 0o755);

await build({ ...packageOptions, entryPoints: ['lib/cdk/index.ts'], outdir: cdk });
for (const file of await readdir(join(root, 'functions'))) {
  const folder = join(cdk, 'functions', basename(file, '.ts'));
  await build(bundleOptions(join(root, 'functions', file), folder));
}
await promisify(execFile)(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '--project', 'tsconfig.cdk.json', '--outDir', cdk],
  { cwd: root },
);
