import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { guardProcess } from './guarded.ts';
import { type Invocation, type RuntimeAnswer, RuntimeApi } from './runtime-api.ts';

export interface EnvironmentOptions {
  readonly functionName: string;
  /** Counts the function's environments. */
  readonly nth: number;
  /** The runtime: aws-lambda-ric's program. */
  readonly runtime: string;
  /** The folder with the function's code, `index.mjs`. */
  readonly code: string;
  /** Besides those that Lambda sets itself. */
  readonly variables: Readonly<Record<string, string>>;
}

export type InvocationOutcome =
  | RuntimeAnswer
  /** Lambda's own: the process has gone, or its time is over. */
  | { readonly kind: 'ended'; readonly error: 'Runtime.ExitError' | 'Sandbox.Timedout' };

export const REGION = 'us-east-1';
const MEMORY_MB = '1024';
const OUTPUT_CHARS_MAX = 100_000;

/** What Lambda sets (its developer guide, "Defined runtime environment variables"). */
function variablesOf({ functionName, code, nth }: EnvironmentOptions, runtimeApi: string) {
  return {
    _HANDLER: 'index.handler',
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: MEMORY_MB,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `2026/01/01/[$LATEST]${nth}`,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_REGION: REGION,
    LAMBDA_TASK_ROOT: code,
    PATH: process.env.PATH ?? '',
    TZ: ':UTC',
  };
}

/**
 * One process that runs a function under the real runtime, an invocation at a time. Between two of them it is stopped,
 * timers, sockets and all: so does Lambda.
 */
export class ExecutionEnvironment {
  readonly nth: number;
  readonly #api: RuntimeApi;
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  #output = '';
  #isStopped = false;

  /** Starts the process; {@link whenReady} tells when the function has loaded. */
  static async start(options: EnvironmentOptions): Promise<ExecutionEnvironment> {
    return new ExecutionEnvironment(options, await RuntimeApi.open());
  }

  private constructor(options: EnvironmentOptions, api: RuntimeApi) {
    const { runtime, code, variables } = options;
    this.nth = options.nth;
    this.#api = api;
    this.#child = spawn(process.execPath, [runtime], {
      cwd: code,
      env: { ...variablesOf(options, api.address), ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    guardProcess(this.#child);
    this.#exit = once(this.#child, 'exit').then(() => api.close());
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk) => {
        this.#output = `${this.#output}${chunk}`.slice(-OUTPUT_CHARS_MAX);
      });
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What the process wrote to stdout and stderr: the last of it. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when the function has loaded, and the process is stopped. @throws Error when it does not load. */
  async whenReady(): Promise<void> {
    const failed = Promise.race([
      this.#api.whenInitFailed,
      this.#exit.then(() => `the process ended\n${this.#output}`),
    ]).then((what) => {
      throw new Error(`a function does not load: ${what}`);
    });
    await Promise.race([this.#api.whenAsked, failed]);
    this.stop();
  }

  /** @returns what became of it, and when the process is stopped again and ready for the next one. */
  async invoke(
    invocation: Invocation,
  ): Promise<{ readonly outcome: InvocationOutcome; readonly whenReady: Promise<void> }> {
    this.resume();
    const answer = this.#api.invoke(invocation);
    const ended = this.#exit.then(() => ({ kind: 'ended', error: 'Runtime.ExitError' }) as const);
    const timeOut = Promise.withResolvers<InvocationOutcome>();
    const timer = setTimeout(() => {
      timeOut.resolve({ kind: 'ended', error: 'Sandbox.Timedout' });
      void this.kill();
    }, invocation.deadlineMs - Date.now());
    const outcome = await Promise.race([answer, ended, timeOut.promise]);
    clearTimeout(timer);
    const whenReady = Promise.race([this.#api.whenAsked, this.#exit]).then(() => this.stop());
    return { outcome, whenReady };
  }

  /** It does nothing until it is resumed: Lambda's freeze. */
  stop(): void {
    if (!this.isAlive) return;
    this.#isStopped = true;
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#child.kill('SIGCONT');
  }

  /** At once, wherever it is. */
  async kill(): Promise<void> {
    if (this.isAlive) this.#child.kill('SIGKILL');
    await this.#exit;
  }
}
