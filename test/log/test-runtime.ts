import type { Runtime } from '../../lib/log/runtime.ts';
import { seededRandom } from '../support/random.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. Its sleepers sleep until then. */
export class ManualRuntime implements Runtime {
  readonly random: () => number;
  readonly #sleepers = new Set<Sleeper>();
  #nowMs = Date.UTC(2026, 0, 1);
  #asleep = Promise.withResolvers<void>();

  constructor(seed = 1) {
    this.random = seededRandom(seed);
  }

  nowMs(): number {
    return Math.floor(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  randomBytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(this.random() * 256));
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const sleeper = { untilMs: this.#nowMs + ms, wake: resolve };
    this.#sleepers.add(sleeper);
    signal?.addEventListener('abort', () => this.#wake(sleeper), { once: true });
    this.#asleep.resolve();
    await promise;
  }

  nextTurn(): Promise<void> {
    return nextTurn();
  }

  /** Resolves when somebody goes to sleep, from now on. */
  whenAsleep(): Promise<void> {
    this.#asleep = Promise.withResolvers();
    return this.#asleep.promise;
  }

  get sleepers(): number {
    return this.#sleepers.size;
  }

  /** Moves the clock, and wakes whoever is due. */
  advance(ms: number): void {
    this.#nowMs += ms;
    for (const sleeper of this.#sleepers) if (sleeper.untilMs <= this.#nowMs) this.#wake(sleeper);
  }

  /** Moves the clock to where the first sleeper is due, and wakes that one. */
  wakeNext(): void {
    const [first] = [...this.#sleepers].toSorted((a, b) => a.untilMs - b.untilMs);
    if (first === undefined) return;
    this.#nowMs = Math.max(this.#nowMs, first.untilMs);
    this.#wake(first);
  }

  #wake(sleeper: Sleeper): void {
    this.#sleepers.delete(sleeper);
    sleeper.wake();
  }
}

/**
 * A clock that runs to the next sleeper as soon as everybody else has had a turn: nobody waits, and those who sleep
 * at the same time sleep at the same time.
 */
export class HastyRuntime extends ManualRuntime {
  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const slept = super.sleep(ms, signal);
    await nextTurn();
    this.wakeNext();
    await slept;
  }
}
