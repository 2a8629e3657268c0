/**
 * Makes `dist/`, what the published package holds: JavaScript for Node 24 and later. Our own files become a few,
 * because a start is faster the fewer there are to be found; what stands in `dependencies` stays outside.
 */
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

await rm(dist, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['lib/cli/bin.js'],
  outdir: dist,
  bundle: true,
  splitting: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: true,
  logLevel: 'warning',
});
await chmod(join(dist, 'bin.js'), 0o755);
