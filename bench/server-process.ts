import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

const LISTENING = /^listening on (http:\/\/\S+)$/;

export interface ServerOptions {
  /** Arguments of Node, the script among them. */
  readonly args: readonly string[];
  /** Where its standard error goes. */
  readonly logFile: string;
}

/** A server in a process of its own, which says `listening on <url>` when it is ready. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly url: string;
  readonly pid: number;

  private constructor(child: ChildProcess, pid: number, url: string) {
    this.#child = child;
    this.pid = pid;
    this.url = url;
  }

  /** @throws Error with the end of its log when it exits before it listens. */
  static async start({ args, logFile }: ServerOptions): Promise<ServerProcess> {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', openSync(logFile, 'a')] });
    if (child.pid === undefined || child.stdout === null) throw new Error(`cannot start ${args.join(' ')}`);
    const lines = createInterface(child.stdout);
    for await (const line of lines) {
      const url = LISTENING.exec(line)?.[1];
      if (url === undefined) continue;
      child.stdout.resume();
      return new ServerProcess(child, child.pid, url);
    }
    const log = await readFile(logFile, 'utf8');
    throw new Error(`${args.join(' ')} ended before it listened:\n${log.slice(-2000)}`);
  }

  /** Asks it to drain and end (SIGTERM), and waits for that. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
  }
}
