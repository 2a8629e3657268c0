import { isWorthRepeating } from '../storage/errors.ts';
import type { Runtime } from './runtime.ts';

export interface RetryPolicy {
  readonly attemptsMax: number;
  /** The first wait is up to this long; each further one up to twice the one before. */
  readonly backoffMs: number;
}

export const storeRetryPolicy: RetryPolicy = { attemptsMax: 4, backoffMs: 25 };

/**
 * Does what may be repeated without harm (a read, a put under a fresh key) until it is done, with jittered
 * waits between the attempts. Never for head operations: a repeat of those is another operation.
 *
 * @throws the last error, when attempts run out or nothing can come of another one.
 */
export async function retryRepeatable<Result>(
  runtime: Runtime,
  work: () => Promise<Result>,
  policy: RetryPolicy = storeRetryPolicy,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isWorthRepeating(error) || attempt === policy.attemptsMax) throw error;
      await backOff(runtime, attempt, policy);
    }
  }
}

/** Waits before attempt `attempt + 1`: full jitter, so that those who failed together do not return together. */
export async function backOff(
  runtime: Runtime,
  attempt: number,
  policy: RetryPolicy = storeRetryPolicy,
): Promise<void> {
  await runtime.sleep(runtime.random() * policy.backoffMs * 2 ** (attempt - 1));
}
