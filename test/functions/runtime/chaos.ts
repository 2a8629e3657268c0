import { type Chance, chanceOf } from '../../simulation/world/chance.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import type { GateKeeper } from './store-gate.ts';

/** What happens around one request of a process to a store. */
type Fate =
  | { readonly kind: 'killed' | 'stopped'; readonly when: 'before' | 'after'; readonly invocations: number }
  | { readonly kind: 'nothing' };

/** Of the requests to stores. */
const KILLED = 0.02;
const STOPPED = 0.03;
/** Others go on so long while a process is stopped in the middle of an invocation. */
const INVOCATIONS_MAX = 25;

/** The processes that are stopped, until others have answered so many more invocations. */
interface Stopped {
  readonly untilInvocation: number;
  readonly release: () => void;
}

export interface ChaosOptions {
  readonly seed: number;
  /** No process is stopped longer in the middle of an invocation: nobody else may be left to go on. */
  readonly stoppedMsMax: number;
}

/**
 * Kills processes and stops them for a while around their requests to the stores. A seed decides around which of a
 * process's requests; which invocation that is, the machine decides.
 */
export class Chaos {
  readonly counts = { killed: 0, stopped: 0 };
  readonly #options: ChaosOptions;
  readonly #stopped = new Set<Stopped>();
  #invocations = 0;
  #isUnderWay = false;

  constructor(options: ChaosOptions) {
    this.#options = options;
  }

  /** Which of a function's free environments takes the next invocation. */
  chooser(functionName: string): (count: number) => number {
    const chance = chanceOf(this.#options.seed, `environments of ${functionName}`);
    return (count) => chance.whole(0, count - 1);
  }

  /** @param name Of the process. @param environment The process, once it is there. */
  keeper(name: string, environment: () => ExecutionEnvironment | undefined): GateKeeper {
    let requests = 0;
    return () => {
      requests += 1;
      const fate = this.#fateOf(chanceOf(this.#options.seed, `${name} request ${requests}`));
      const process = environment();
      return {
        beforeStore: async () => (await this.#meet(fate, 'before', process)) === 'goes on',
        afterStore: async () => void (await this.#meet(fate, 'after', process)),
      };
    };
  }

  /** Tells that an invocation was answered. */
  invocationEnded(): void {
    this.#invocations += 1;
    for (const stopped of this.#stopped) if (stopped.untilInvocation <= this.#invocations) stopped.release();
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Things go wrong until the work is done; then whoever is stopped goes on. */
  async during(work: Promise<unknown>): Promise<void> {
    this.#isUnderWay = true;
    await work;
    this.#isUnderWay = false;
    for (const stopped of this.#stopped) stopped.release();
  }

  #fateOf(chance: Chance): Fate {
    if (!this.#isUnderWay) return { kind: 'nothing' };
    const when = chance.pick(['before', 'after'] as const);
    const invocations = chance.spread(1, INVOCATIONS_MAX);
    if (chance.happens(KILLED)) return { kind: 'killed', when, invocations };
    return chance.happens(STOPPED) ? { kind: 'stopped', when, invocations } : { kind: 'nothing' };
  }

  async #meet(
    fate: Fate,
    when: 'before' | 'after',
    process: ExecutionEnvironment | undefined,
  ): Promise<'goes on' | 'has gone'> {
    if (fate.kind === 'nothing' || fate.when !== when || process === undefined) return 'goes on';
    this.counts[fate.kind] += 1;
    if (fate.kind === 'killed') {
      await process.kill();
      return 'has gone';
    }
    process.stop();
    await this.#while(fate.invocations);
    process.resume();
    return 'goes on';
  }

  async #while(invocations: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopped = { untilInvocation: this.#invocations + invocations, release: resolve };
    this.#stopped.add(stopped);
    const timer = setTimeout(resolve, this.#options.stoppedMsMax);
    await promise;
    clearTimeout(timer);
    this.#stopped.delete(stopped);
  }
}
