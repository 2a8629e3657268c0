import { openPartitionLogs } from '../../../lib/log/partition-logs.ts';
import type { Runtime } from '../../../lib/log/runtime.ts';
import type { PartitionLogs } from '../../../lib/log/types.ts';
import type { Stores } from '../../../lib/storage/embedded.ts';
import type { ProcessShape } from '../story/common-story.ts';
import { Chance } from './chance.ts';
import type { Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** What a process runs on. */
export interface ProcessDeps {
  readonly scheduler: Scheduler;
  readonly chanceSeed: number;
  readonly trace: Trace | undefined;
  /** Hears of what nobody expected. */
  readonly problem: (fact: string) => void;
}

/** Simulated time 0 by a clock that is right, in milliseconds since 1970. */
export const EPOCH_MS = Date.UTC(2026, 0, 1);

/**
 * A process of a broker. Whatever reaches it (an answer, a request, the end of a sleep) reaches it only while it runs:
 * when it is frozen later, in order; when it has crashed, never, so that none of its continuations has an effect.
 */
export class SimulatedProcess {
  readonly name: string;
  readonly shape: ProcessShape;
  readonly #deps: ProcessDeps;
  #state: 'running' | 'frozen' | 'crashed' = 'running';
  #thaws = 0;
  #frozenSinceMs = 0;
  #clockErrorMs: number;
  #sleptMs = 0;
  #inbox: (() => void)[] = [];
  readonly #whenCrashed = Promise.withResolvers<void>();
  /** Time and chance as this process has them. */
  readonly runtime: Runtime;

  constructor(name: string, shape: ProcessShape, deps: ProcessDeps) {
    this.name = name;
    this.shape = shape;
    this.#deps = deps;
    this.#clockErrorMs = shape.clockErrorMs;
    this.runtime = this.#makeRuntime();
  }

  /** The log as this process has it. */
  openLogs(stores: Pick<Stores, 'objects' | 'metadata'>): PartitionLogs {
    const { problem } = this.#deps;
    const onError = (error: unknown): void => {
      problem(
        `${this.name} hit what nobody expected: ${error instanceof Error ? error.stack : String(error)}`,
      );
    };
    const { brokerId, limits } = this.shape;
    return openPartitionLogs({ ...stores, brokerId, limits, runtime: this.runtime, onError });
  }

  /** Somebody sets its wall clock right. */
  setClock(): void {
    this.#clockErrorMs = 0;
  }

  get isAlive(): boolean {
    return this.#state !== 'crashed';
  }

  get whenCrashed(): Promise<void> {
    return this.#whenCrashed.promise;
  }

  /** Does the work in this process when it can, and behind what waits for it already. */
  deliver(work: () => void): void {
    if (this.#state === 'running' && this.#inbox.length === 0) work();
    else if (this.#state !== 'crashed') this.#inbox.push(work);
  }

  freeze(ms: number): void {
    if (this.#state === 'crashed') return;
    const { scheduler, trace } = this.#deps;
    trace?.(this.name, `freezes for ${ms} ms`);
    if (this.#state === 'running') this.#frozenSinceMs = scheduler.nowMs;
    this.#state = 'frozen';
    this.#thaws += 1;
    const thaw = this.#thaws;
    scheduler.after(ms, () => {
      if (thaw === this.#thaws) this.thaw();
    });
  }

  /** What waited is handed over in its order, a moment between each and the next. */
  thaw(): void {
    if (this.#state !== 'frozen') return;
    const { scheduler, trace } = this.#deps;
    trace?.(this.name, 'thaws');
    this.#state = 'running';
    if (this.shape.clockStopsInFreeze) this.#sleptMs += scheduler.nowMs - this.#frozenSinceMs;
    scheduler.after(0, () => this.#takeNext());
  }

  #takeNext(): void {
    if (this.#state !== 'running') return;
    const work = this.#inbox.shift();
    if (this.#inbox.length > 0) this.#deps.scheduler.after(0, () => this.#takeNext());
    work?.();
  }

  crash(): void {
    if (this.#state === 'crashed') return;
    this.#deps.trace?.(this.name, 'crashes');
    this.#state = 'crashed';
    this.#inbox = [];
    this.#whenCrashed.resolve();
  }

  #makeRuntime(): Runtime {
    const { scheduler, chanceSeed } = this.#deps;
    const chance = new Chance(chanceSeed);
    return {
      nowMs: () => Math.floor(EPOCH_MS + scheduler.nowMs + this.#clockErrorMs),
      monotonicMs: () => scheduler.nowMs - this.#sleptMs,
      random: chance.next,
      randomBytes: (length) => Uint8Array.from({ length }, () => chance.whole(0, 255)),
      sleep: (ms, signal) => this.#sleep(ms, signal),
      nextTurn: () => this.#sleep(0),
    };
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#deps.scheduler.after(ms, () => this.deliver(resolve));
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
