import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In the checkout, and git-ignored: nothing of an emulator touches the rest of the machine. */
const EMULATORS = join(import.meta.dirname, '../../.emulators');

/**
 * The folder of an emulator, installed once for each content of the file that pins it. A folder that an
 * interrupted installation left behind is made anew.
 */
export async function installOnce(
  name: string,
  pinnedBy: string,
  install: (folder: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(pinnedBy))
    .digest('hex')
    .slice(0, 12);
  const folder = join(EMULATORS, `${name}-${hash}`);
  const done = join(folder, 'installed');
  if (existsSync(done)) return folder;
  console.log(`Installing ${name} into ${folder} (once) …`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await install(folder);
  await writeFile(done, '');
  return folder;
}

/** Runs a command to its end. @throws Error with its output when it fails, or is not there. */
export async function run(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${code}:\n${output}`);
  return output;
}
