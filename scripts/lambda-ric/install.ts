import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installOnce, run } from '../test-aws/install.ts';

const LOCK = join(import.meta.dirname, 'package-lock.json');
const PACKAGE = 'node_modules/aws-lambda-ric';
/** What its install script calls. */
const BUILD_TOOLS = ['cmake', 'g++', 'make'];

async function installPackage(folder: string, options: readonly string[]): Promise<void> {
  for (const file of ['package.json', 'package-lock.json'])
    await copyFile(join(import.meta.dirname, file), join(folder, file));
  await run('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund', ...options]);
}

const programOf = (folder: string): string => join(folder, PACKAGE, 'index.mjs');

/**
 * AWS's Lambda runtime interface client for Node.js with a client over Node's HTTP in the place of its native one: it
 * needs no compiler.
 * @returns the program to run; it takes what it needs from the environment, as in Lambda.
 */
export async function installRuntimeClient(): Promise<string> {
  const folder = await installOnce('lambda-ric', LOCK, (into) => installPackage(into, ['--ignore-scripts']));
  // It requires ./rapid-client.node, and Node takes that for this file where the other is not there.
  const client = pathToFileURL(join(import.meta.dirname, 'http-client.ts')).href;
  await writeFile(
    join(folder, PACKAGE, 'rapid-client.node.js'),
    `export * from ${JSON.stringify(client)};\n`,
  );
  return programOf(folder);
}

/**
 * The same as it is deployed, its native client compiled here, once, in a minute or so.
 * @returns `undefined` where it cannot be built; the console says why.
 */
export async function installNativeRuntimeClient(): Promise<string | undefined> {
  try {
    for (const tool of BUILD_TOOLS) await run(tool, ['--version']);
    return programOf(await installOnce('lambda-ric-native', LOCK, (into) => installPackage(into, [])));
  } catch (error) {
    console.warn(`The native client of aws-lambda-ric cannot be built here: ${String(error).slice(-2_000)}`);
    return undefined;
  }
}
