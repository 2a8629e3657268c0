import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export interface Child {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Ends the process. */
  readonly signal: AbortSignal;
}

/** Runs `node` to its end, quietly. @returns what it wrote. @throws Error with that, when it fails. */
export async function runQuietly({ args, env, signal }: Child): Promise<{ stdout: string; output: string }> {
  const options: SpawnOptions = { cwd: root, env, signal, stdio: ['ignore', 'pipe', 'pipe'] };
  const child = spawn(process.execPath, args, options);
  let [stdout, output] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}:\n${output}`);
  return { stdout, output };
}

/** Runs `node` to its end, and lets it write where we do. @throws Error when it fails. */
export async function runAloud({ args, env, signal }: Child): Promise<void> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    signal,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}; what went wrong stands above.`);
}
