#!/usr/bin/env node
// Plain JavaScript: the first file comes before the cache that is enabled here, so in TypeScript it would make
// every start load the type stripper (some 60 ms), and an older Node could not even say what is wrong.
import module from 'node:module';
import { setFlagsFromString } from 'node:v8';

const NODE_MAJOR_MIN = 24;

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  process.stderr.write(
    `rivulet: this is Node ${process.versions.node}; it needs ${NODE_MAJOR_MIN} or later\n`,
  );
  process.exit(1);
}

// Bodies and slices lie outside of V8's heap but count towards its next collection, and beside them our heap is small:
// at V8's own pace a broker that moves some hundred megabytes a second spends a third of its time on collections.
setFlagsFromString('--heap-growing-percent=200');

// Before anything else is loaded: a command that runs a second time compiles nothing.
module.enableCompileCache();

const { run } = await import('./run.ts');
process.exitCode = await run(process.argv.slice(2));
