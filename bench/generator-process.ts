import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { JobKind, Jobs } from './generator/jobs.ts';
import type { JobRequest, JobResponse } from './generator/main.ts';

const ENTRY = fileURLToPath(new URL('./generator/main.ts', import.meta.url));

/** The load generator. It lives through the whole run, so that it is warm; it does one job at a time. */
export class GeneratorProcess {
  readonly #child: ChildProcess = fork(ENTRY, { serialization: 'advanced' });
  readonly #ended: Promise<JobResponse>;
  #answer: (response: JobResponse) => void = () => undefined;

  constructor() {
    this.#child.on('message', (response: JobResponse) => this.#answer(response));
    this.#ended = new Promise((resolve) => {
      this.#child.on('exit', (code, signal) => {
        resolve({ kind: 'failed', message: `the load generator ended: ${signal ?? `exit code ${code}`}` });
      });
    });
  }

  /** @throws Error when the job failed, or what was read is not what was acknowledged. */
  async run<Kind extends JobKind>(kind: Kind, job: Jobs[Kind]['job']): Promise<Jobs[Kind]['result']> {
    const request: JobRequest<Kind> = { kind, job };
    const answered = new Promise<JobResponse>((resolve) => {
      this.#answer = resolve;
    });
    if (this.#child.connected) this.#child.send(request);
    const response = await Promise.race([answered, this.#ended]);
    if (response.kind === 'failed') throw new Error(response.message);
    return response.result as Jobs[Kind]['result'];
  }

  async stop(): Promise<void> {
    this.#child.kill();
    await this.#ended;
  }
}
