import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A program that runs functions as `runtime` does, with broker configs in their environment.
 *
 * @param folder Where it is written.
 * @returns its file.
 */
export async function configuredRuntime(
  runtime: string,
  config: Readonly<Record<string, unknown>>,
  folder: string,
): Promise<string> {
  const program = join(folder, 'configured-runtime.mjs');
  const variable = JSON.stringify(JSON.stringify(config));
  const source = `process.env.RIVULET_CONFIG = ${variable};\nawait import(${JSON.stringify(pathToFileURL(runtime).href)});\n`;
  await writeFile(program, source);
  return program;
}
