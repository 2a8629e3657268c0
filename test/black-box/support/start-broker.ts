import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the API is, without a slash at the end. */
    apiUrl: string;
  }
}

const root = join(import.meta.dirname, '../../..');

/** Tells the suites where the API is: at RIVULET_URL, or without it a `rivulet start` of their own. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { RIVULET_URL } = process.env;
  if (RIVULET_URL) {
    project.provide('apiUrl', RIVULET_URL.replace(/\/+$/, ''));
    return undefined;
  }
  const folder = await mkdtemp(join(tmpdir(), 'rivulet-black-box-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const broker = await startBroker(folder);
    project.provide('apiUrl', broker.url);
    return async () => {
      await broker.stop();
      await removeFolder();
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

/** A broker on a free port, in a process that ends with this one, however this one ends. */
async function startBroker(folder: string): Promise<{ url: string; stop(): Promise<void> }> {
  const leash = join(root, 'scripts/test-aws/leash.ts');
  const args = [join(root, 'lib/cli/bin.js'), 'start', '--port', '0', '--data', folder];
  const child = spawn(process.execPath, [leash, process.execPath, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout);
  for await (const line of lines) {
    const [, url] = /^listening on (http:\S+)$/.exec(line) ?? [];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      url,
      async stop() {
        child.stdin.end();
        await exited;
      },
    };
  }
  throw new Error('rivulet start ended before it listened; its last words stand above.');
}
