import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const rivuletFile = fileURLToPath(new URL('../../lib/cli/bin.js', import.meta.url));

/** How a process ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process whose output is kept, and which ends with the test at the latest. */
export class Process {
  readonly child: ChildProcess;
  /** Resolves when it has ended and its output has been read to the end. */
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  #onOutput: () => void = () => undefined;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#onOutput();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#onOutput();
    });
    this.ended = once(child, 'close').then(([code, signal]) => {
      this.#onOutput();
      return { code, signal, stdout: this.stdout, stderr: this.stderr };
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await this.ended;
    });
  }

  /** Waits until the output matches. Rejects when the process ends before. */
  async until(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpMatchArray> {
    let hasEnded = false;
    void this.ended.then(() => {
      hasEnded = true;
    });
    for (;;) {
      const match = this[stream].match(pattern);
      if (match !== null) return match;
      if (hasEnded)
        throw new Error(`it ended without ${pattern} on ${stream}:\n${this.stdout}${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#onOutput = resolve;
      });
    }
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Given on stdin, which then ends. Without it stdin is a pipe that stays open. */
  readonly input?: string | Uint8Array;
}

/** Runs `rivulet` with these arguments. */
export function spawnRivulet(args: readonly string[], options: RunOptions = {}): Process {
  return spawnProcess(process.execPath, [rivuletFile, ...args], options);
}

export function spawnProcess(command: string, args: readonly string[], options: RunOptions = {}): Process {
  const { cwd, env, input } = options;
  const child = spawn(command, args, {
    stdio: 'pipe',
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  // Who ends before it has read everything has its reasons; they stand in its exit code.
  child.stdin.on('error', () => undefined);
  if (input !== undefined) child.stdin.end(input);
  return new Process(child);
}

/** Runs `rivulet` to its end. */
export function runRivulet(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return spawnRivulet(args, { input: '', ...options }).ended;
}

export interface BrokerProcess {
  readonly process: Process;
  readonly url: string;
}

/** A real broker on a free port of this machine, in a process of its own, ready to answer. */
export async function startBroker(folder: string, args: readonly string[] = []): Promise<BrokerProcess> {
  const broker = spawnRivulet(['start', '--port', '0', '--data', folder, ...args]);
  return whenReady(broker);
}

export async function whenReady(broker: Process): Promise<BrokerProcess> {
  const [, url = ''] = await broker.until('stdout', /^listening on (http:\S+)\n/);
  return { process: broker, url };
}
