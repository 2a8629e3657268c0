import type { RetryClock } from '../retries.ts';

/** Resolves after a while, or as soon as the signal aborts. */
export async function pause(clock: RetryClock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Whether work is over within a while; it goes on all the same. */
export async function within(clock: RetryClock, ms: number, work: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  const isOver = work.then(() => true);
  try {
    return await Promise.race([isOver, pause(clock, ms, over.signal).then(() => false)]);
  } finally {
    over.abort();
  }
}

/** Lets somebody wait for a while, or until it is rung. A ring while nobody waits counts for the next one who does. */
export class Alarm {
  readonly #clock: RetryClock;
  #rung = new AbortController();

  constructor(clock: RetryClock) {
    this.#clock = clock;
  }

  ring(): void {
    this.#rung.abort();
  }

  async wait(ms: number, signal: AbortSignal): Promise<void> {
    await pause(this.#clock, ms, AbortSignal.any([signal, this.#rung.signal]));
    this.#rung = new AbortController();
  }
}
