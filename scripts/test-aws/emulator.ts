import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Emulator extends AsyncDisposable {
  readonly endpoint: string;
}

interface EmulatorCommand {
  readonly name: string;
  readonly command: string;
  args(port: number): readonly string[];
  env(port: number): Readonly<Record<string, string>>;
  readonly cwd: string;
}

const READY_WITHIN_MS = 60_000;
const OUTPUT_CHARS_MAX = 20_000;

/** Starts an emulator on a free port of 127.0.0.1, and returns when it answers. */
export async function startEmulator({ name, command, args, env, cwd }: EmulatorCommand): Promise<Emulator> {
  const port = await freePort();
  const leash = join(import.meta.dirname, 'leash.ts');
  const child = spawn(process.execPath, [leash, command, ...args(port)], {
    cwd,
    env: { ...process.env, ...env(port) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-OUTPUT_CHARS_MAX);
    });
  }
  const emulator = {
    endpoint: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.stdin.end();
      await once(child, 'exit');
    },
  };
  try {
    await untilItAnswers(emulator.endpoint, child);
    return emulator;
  } catch (error) {
    await emulator[Symbol.asyncDispose]();
    throw new Error(`${name} did not start: ${String(error)}\n${output}`);
  }
}

/** Any answer will do: DynamoDB Local answers 400 to a GET. */
async function untilItAnswers(endpoint: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await delay(100);
  }
  throw new Error(`no answer within ${READY_WITHIN_MS} ms`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
