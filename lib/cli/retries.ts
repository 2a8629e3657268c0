import { setTimeout as timer } from 'node:timers/promises';
import { AnsweredError } from './answered-error.ts';
import { UnansweredError } from './client.ts';

/** Time and chance. */
export interface RetryClock {
  /** A monotonic clock, in milliseconds. */
  readonly monotonicMs: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Rejects as soon as the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

export const systemClock: RetryClock = {
  monotonicMs: () => performance.now(),
  random: Math.random,
  sleep: (ms, signal) => timer(ms, undefined, signal === undefined ? {} : { signal }),
};

export interface RetryOptions {
  readonly clock: RetryClock;
  /** Hears of each attempt that failed and will be repeated. */
  readonly onRetry: (error: Error) => void;
  /** @default 30 s, long enough for a broker to be started again */
  readonly giveUpAfterMs?: number;
  /** Ends the repeating; what is under way is its caller's. */
  readonly signal?: AbortSignal;
}

const GIVE_UP_AFTER_MS = 30_000;
const FIRST_PAUSE_MS = 50;
const PAUSE_MAX_MS = 1_000;

/** Whether the very same request may succeed in a moment. */
export const mayPass = (error: unknown): error is Error =>
  error instanceof UnansweredError || (error instanceof AnsweredError && error.isRetriable);

/** Repeats a request that may be sent twice, until it is answered or until it is time to give up. */
export async function withRetries<Answer>(
  send: () => Promise<Answer>,
  options: RetryOptions,
): Promise<Answer> {
  const { clock, onRetry, giveUpAfterMs = GIVE_UP_AFTER_MS, signal } = options;
  const startMs = clock.monotonicMs();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS)) {
    try {
      return await send();
    } catch (error) {
      const isOver = signal?.aborted || clock.monotonicMs() - startMs >= giveUpAfterMs;
      if (!mayPass(error) || isOver) throw error;
      onRetry(error);
    }
    await clock.sleep(pauseMs * (0.5 + clock.random() / 2), signal);
  }
}

/** One line at the first failure that is repeated: while a broker starts again there is no more to say. */
export function warnOnce(): (error: Error) => void {
  let isWarned = false;
  return ({ message }) => {
    if (!isWarned) process.stderr.write(`rivulet: ${message}; trying again\n`);
    isWarned = true;
  };
}
