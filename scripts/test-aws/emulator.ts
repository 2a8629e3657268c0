import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
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
  /** Beside our own environment; what is `undefined` is taken out of it. */
  env(port: number): Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The certificate that it shows, in PEM, where it speaks TLS. @default plain HTTP */
  readonly certificate?: string | undefined;
}

const READY_WITHIN_MS = 60_000;
const OUTPUT_CHARS_MAX = 20_000;

/** Starts an emulator on a free port of 127.0.0.1, and returns when it answers. */
export async function startEmulator(emulated: EmulatorCommand): Promise<Emulator> {
  const { name, command, args, env, cwd, certificate } = emulated;
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
    endpoint: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.stdin.end();
      await once(child, 'exit');
    },
  };
  try {
    await untilItAnswers(emulator.endpoint, certificate, child);
    return emulator;
  } catch (error) {
    await emulator[Symbol.asyncDispose]();
    throw new Error(`${name} did not start: ${String(error)}\n${output}`);
  }
}

/** Any answer will do: DynamoDB Local answers 400 to a GET. */
async function untilItAnswers(
  endpoint: string,
  certificate: string | undefined,
  child: ChildProcess,
): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    if (await answers(endpoint, certificate)) return;
    await delay(100);
  }
  throw new Error(`no answer within ${READY_WITHIN_MS} ms`);
}

function answers(endpoint: string, certificate: string | undefined): Promise<boolean> {
  const get = certificate === undefined ? httpGet : httpsGet;
  return new Promise((resolve) => {
    get(endpoint, { agent: false, ...(certificate !== undefined && { ca: certificate }) }, (answer) => {
      answer.resume();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
