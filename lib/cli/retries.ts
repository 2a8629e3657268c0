import { AnsweredError, UnansweredError } from './client.ts';

/** Time and chance. */
export interface RetryClock {
  /** A monotonic clock, in milliseconds. */
  readonly monotonicMs: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** Long enough for a broker to be started again. */
const GIVE_UP_AFTER_MS = 30_000;
const FIRST_PAUSE_MS = 50;
const PAUSE_MAX_MS = 1_000;

/** Repeats a request that may be sent twice, until it is answered or until it is time to give up. */
export async function withRetries<Answer>(
  send: () => Promise<Answer>,
  options: { readonly clock: RetryClock; readonly onRetry: (error: Error) => void },
): Promise<Answer> {
  const { clock, onRetry } = options;
  const startMs = clock.monotonicMs();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS)) {
    try {
      return await send();
    } catch (error) {
      const mayPass =
        error instanceof UnansweredError || (error instanceof AnsweredError && error.isRetriable);
      if (!mayPass || clock.monotonicMs() - startMs > GIVE_UP_AFTER_MS) throw error;
      onRetry(error);
    }
    await clock.sleep(pauseMs * (0.5 + clock.random() / 2));
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
