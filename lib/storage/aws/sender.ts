import { NotDoneError } from '../errors.ts';
import { sortError } from './sort-error.ts';

/** How long calls may take, in milliseconds. */
export interface SenderLimits {
  /** One attempt, from the request to the last byte of the answer. */
  readonly attemptMs: number;
  /**
   * A whole call: while the service throttles, the same call is sent again after jittered waits. No attempt lasts
   * longer than this, and none begins that has not the time of an attempt, or a quarter of this, before it.
   */
  readonly deadlineMs: number;
}

/** Time and chance, so that a test can choose them. */
export interface SenderClock {
  monotonicMs(): number;
  /** A number in [0, 1). */
  random(): number;
  sleep(ms: number): Promise<void>;
}

interface Calls {
  readonly inFlight: Set<Promise<unknown>>;
  closed: boolean;
}

/** The first wait is up to this long; each further one up to twice the one before, up to a second. */
const BACKOFF_MS = 25;
const BACKOFF_MAX_MS = 1000;

/** What a repeat must have of the deadline: cut short, it would turn what was not done into what may have been. */
const REPEAT_SHARE_MIN = 1 / 4;

/**
 * Sends calls to one service, and sorts what they raise. Nothing is sent twice unless the service said that it did
 * not begin with it (throttled, busy): the SDK's own retries are off, because a repeat that nobody knows of turns
 * one attempt to append into two.
 */
export class Sender {
  readonly #thing: string;
  readonly #limits: SenderLimits;
  readonly #clock: SenderClock;
  readonly #calls: Calls;

  /** @param thing names the table or the bucket, and begins each error's sentence. */
  constructor(
    thing: string,
    limits: SenderLimits,
    clock: SenderClock,
    calls: Calls = { inFlight: new Set(), closed: false },
  ) {
    this.#thing = thing;
    this.#limits = limits;
    this.#clock = clock;
    this.#calls = calls;
  }

  /** The same sender for a caller with another deadline. It is closed together with this one. */
  within(deadlineMs: number): Sender {
    return new Sender(this.#thing, { ...this.#limits, deadlineMs }, this.#clock, this.#calls);
  }

  /**
   * Does an operation, which may send several calls: closing waits for all of it.
   * @throws NotDoneError once it was closed, and what the operation throws.
   */
  async operation<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#calls.closed) throw new NotDoneError(`${this.#thing} was closed`, { retriable: false });
    const call = work();
    this.#calls.inFlight.add(call);
    try {
      return await call;
    } finally {
      this.#calls.inFlight.delete(call);
    }
  }

  /** Only within an operation. @throws NotDoneError */
  read<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return this.#send('read', work);
  }

  /**
   * Only within an operation.
   * @throws RefusedError whose `current` are {@link RefusedItems}; NotDoneError; UnknownOutcomeError.
   */
  write<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return this.#send('write', work);
  }

  /** Lets operations in flight finish; later ones are not done. */
  async close(): Promise<void> {
    this.#calls.closed = true;
    await Promise.allSettled(this.#calls.inFlight);
  }

  async #send<Result>(
    access: 'read' | 'write',
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const deadlineMs = this.#clock.monotonicMs() + this.#limits.deadlineMs;
    const repeatMs = Math.min(this.#limits.attemptMs, this.#limits.deadlineMs * REPEAT_SHARE_MIN);
    for (let attempt = 1; ; attempt += 1) {
      const leftMs = deadlineMs - this.#clock.monotonicMs();
      const signal = AbortSignal.timeout(Math.max(1, Math.ceil(Math.min(this.#limits.attemptMs, leftMs))));
      try {
        return await orAborted(signal, work(signal));
      } catch (cause) {
        const { error, busy } = sortError(this.#thing, access, cause);
        const waitMs = this.#clock.random() * Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** (attempt - 1));
        if (!busy || this.#clock.monotonicMs() + waitMs + repeatMs >= deadlineMs) throw error;
        await this.#clock.sleep(waitMs);
      }
    }
  }
}

/** The SDK does not heed the signal while it looks for credentials; it does before it sends. */
async function orAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
