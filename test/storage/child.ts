import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';

/** A real process that runs `file`, told and heard by messages. */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #heard: unknown[] = [];
  #wake: (() => void) | undefined;
  #gone = false;

  constructor(file: URL, args: readonly string[]) {
    this.#process = fork(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#process.on('message', (message) => {
      this.#heard.push(message);
      this.#wake?.();
    });
    this.#process.on('exit', () => {
      this.#gone = true;
      this.#wake?.();
    });
  }

  tell(message: Serializable): void {
    this.#process.send(message);
  }

  /** The next message; rejects when the process ends without one. */
  async hear<Message>(): Promise<Message> {
    while (this.#heard.length === 0) {
      if (this.#gone)
        throw new Error(`the child ended (${this.#process.exitCode ?? this.#process.signalCode})`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#heard.shift() as Message;
  }

  /** All that was said before the process was killed with SIGKILL. */
  async kill<Message>(): Promise<Message[]> {
    if (!this.#gone) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await exited;
    }
    return this.#heard.splice(0) as Message[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
