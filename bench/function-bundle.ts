import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { bundleOptions } from '../lib/cdk/function-code.ts';
import { assert } from './assert.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FUNCTIONS = join(ROOT, 'functions');

export interface FunctionBundle {
  /** The file that Lambda runs. */
  readonly file: string;
  /** What is read at every start: that file, and those that it imports before it runs. */
  readonly startBytes: number;
  /** With what is loaded when it is first needed. */
  readonly allBytes: number;
  /** The files of this project and its packages that have code in it, by their paths from the root. */
  readonly sources: readonly string[];
}

/** The functions that are deployed, by the names of their entries. */
export async function functionNames(): Promise<string[]> {
  const files = await readdir(FUNCTIONS);
  return files.filter((file) => file.endsWith('.ts')).map((file) => basename(file, '.ts'));
}

/** Bundles one as it is deployed, into an empty folder. */
export async function bundleFunction(name: string, folder: string): Promise<FunctionBundle> {
  const options = bundleOptions(join(FUNCTIONS, `${name}.ts`), folder);
  const { metafile } = await build({ ...options, absWorkingDir: ROOT, metafile: true });
  const outputs = Object.entries(metafile.outputs);
  const main = outputs.find(([, { entryPoint }]) => entryPoint === `functions/${name}.ts`);
  assert(main !== undefined, `the bundle of ${name} has a file that is run`);
  const sources = outputs.flatMap(([, { inputs }]) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return {
    file: join(ROOT, main[0]),
    startBytes: startBytesOf(metafile, main[0]),
    allBytes: outputs.reduce((sum, [, { bytes }]) => sum + bytes, 0),
    sources,
  };
}

function startBytesOf({ outputs }: Metafile, main: string): number {
  const files = new Set([main]);
  let bytes = 0;
  for (const file of files) {
    const output = outputs[file];
    if (output === undefined) continue; // one of Node's own
    bytes += output.bytes;
    for (const { kind, path } of output.imports) if (kind === 'import-statement') files.add(path);
  }
  return bytes;
}
