import { randomUUID } from 'node:crypto';
import {
  type EnvironmentOptions,
  ExecutionEnvironment,
  type InvocationOutcome,
  REGION,
} from './execution-environment.ts';

export interface FunctionOptions extends Omit<EnvironmentOptions, 'nth' | 'variables'> {
  /** How long an invocation may take: then its process is killed. */
  readonly timeoutMs: number;
  /** Above it, requests are throttled. */
  readonly environmentsMax: number;
  /** What an environment's process is told, besides what Lambda says. `environment` is for later: it is not there yet. */
  readonly variables: (
    nth: number,
    environment: () => ExecutionEnvironment | undefined,
  ) => Promise<Readonly<Record<string, string>>>;
  /** Which of so many free environments takes the next invocation: its index. @default the one that was free last */
  readonly choose?: (count: number) => number;
}

export type CallOutcome = InvocationOutcome | { readonly kind: 'throttled' };

/** A deployed function: as many environments as there are invocations at once, each of which is used again. */
export class LambdaFunction {
  readonly #options: FunctionOptions;
  readonly #environments = new Set<ExecutionEnvironment>();
  readonly #free: ExecutionEnvironment[] = [];
  /** Invocations, and what goes on behind them until their environments are ready again. */
  readonly #pending = new Set<Promise<unknown>>();
  #starting = 0;
  #started = 0;
  #invocations = 0;

  constructor(options: FunctionOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.functionName;
  }

  /** The environments that there are, whatever they are doing. */
  get environments(): readonly ExecutionEnvironment[] {
    return [...this.#environments];
  }

  /** How many environments were started so far. */
  get coldStarts(): number {
    return this.#started;
  }

  get invocations(): number {
    return this.#invocations;
  }

  /** @param event JSON. @returns what became of it, and which environment it ran in. */
  invoke(event: string): Promise<CallOutcome> {
    const outcome = this.#invoke(event);
    this.#wait(outcome.catch(() => undefined)); // the caller hears it
    return outcome;
  }

  async #invoke(event: string): Promise<CallOutcome> {
    const { timeoutMs, functionName } = this.#options;
    this.#invocations += 1;
    const environment = this.#takeFree() ?? (await this.#start());
    if (environment === undefined) return { kind: 'throttled' };
    const deadlineMs = Date.now() + timeoutMs;
    const { outcome, whenReady } = await environment.invoke({
      requestId: randomUUID(),
      event,
      deadlineMs,
      functionArn: `arn:aws:lambda:${REGION}:123456789012:function:${functionName}`,
      traceId: `Root=1-${Math.floor(deadlineMs / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)};Parent=53995c3f42cd8ad8;Sampled=0`,
    });
    this.#wait(
      whenReady.then(() => {
        if (environment.isAlive) this.#free.push(environment);
        else this.#environments.delete(environment);
      }),
    );
    return outcome;
  }

  /** Resolves when no invocation is under way, whoever still waits for it. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  async close(): Promise<void> {
    await Promise.all(this.environments.map((environment) => environment.kill()));
    await this.settled();
  }

  #takeFree(): ExecutionEnvironment | undefined {
    for (;;) {
      const { choose = (count) => count - 1 } = this.#options;
      const [environment] = this.#free.splice(choose(this.#free.length), 1);
      if (environment === undefined || environment.isAlive) return environment;
      this.#environments.delete(environment);
    }
  }

  async #start(): Promise<ExecutionEnvironment | undefined> {
    const { environmentsMax, variables } = this.#options;
    const alive = this.environments.filter(({ isAlive }) => isAlive).length;
    if (alive + this.#starting >= environmentsMax) return undefined;
    this.#started += 1;
    this.#starting += 1;
    const nth = this.#started;
    let environment: ExecutionEnvironment | undefined;
    try {
      const options = { ...this.#options, nth, variables: await variables(nth, () => environment) };
      environment = await ExecutionEnvironment.start(options);
      this.#environments.add(environment);
      await environment.whenReady();
      return environment;
    } finally {
      this.#starting -= 1;
    }
  }

  #wait(work: Promise<unknown>): void {
    const pending = work.finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }
}
