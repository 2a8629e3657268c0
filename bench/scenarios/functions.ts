import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { bundleFunction, type FunctionBundle, functionNames } from '../function-bundle.ts';
import { median } from '../median.ts';
import type { Scenario } from '../scenario.ts';

const kibibytes = (bytes: number): number => bytes / 1024;

function withBundle<Result>(
  bench: Bench,
  name: string,
  use: (bundle: FunctionBundle) => Promise<Result>,
): Promise<Result> {
  return bench.withDataFolder(async (folder) => use(await bundleFunction(name, join(folder, name))));
}

async function bundleSizes(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of await functionNames()) {
    const { startBytes, allBytes } = await withBundle(bench, name, async (bundle) => bundle);
    const detail = { allKibibytes: kibibytes(allBytes) };
    figures.push({ name, value: kibibytes(startBytes), unit: 'KiB', ceilings: {}, detail });
  }
  return figures;
}

/** Prints how long the module took, in a process that has done nothing before. */
const TIME_IMPORT =
  'const start = performance.now(); await import(process.argv[1]); console.log(performance.now() - start);';

/** What a function needs to start; it asks nobody before its first request. */
const variables = {
  AWS_REGION: 'eu-west-1',
  RIVULET_TABLE: 'log',
  RIVULET_BUCKET: 'log',
  RIVULET_AUTH: 'iam',
};

async function timeImport(file: string): Promise<number> {
  const args = ['--input-type=module', '--eval', TIME_IMPORT, file];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: variables });
  return Number(stdout);
}

function moduleStart(bench: Bench): Promise<Figure[]> {
  return withBundle(bench, 'produce', async ({ file }) => {
    const times: number[] = [];
    for (let start = 0; start < bench.settings.starts; start++) times.push(await timeImport(file));
    const detail = { starts: times.length, minMs: Math.min(...times), maxMs: Math.max(...times) };
    return [{ name: 'module start', value: median(times), unit: 'ms', ceilings: {}, detail }];
  });
}

/**
 * What a cold start of a function has to read: its code as it is deployed, without what is loaded when it is first needed.
 * And how long that of `produce` takes until it can be invoked: the median of several starts, files in the page cache.
 */
export const functionScenarios: readonly Scenario[] = [
  { name: 'functions/bundle', runs: 'always', run: bundleSizes },
  { name: 'functions/start', runs: 'always', run: moduleStart },
];
