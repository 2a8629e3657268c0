import { settleAll } from './settle-all.ts';

/**
 * Does `work` for each value, at most `inFlightMax` of them at once. Behind an error nothing more is begun, and when what
 * was begun is over it rejects with that error.
 */
export async function forEachBounded<Value>(
  values: Iterable<Value>,
  inFlightMax: number,
  work: (value: Value) => Promise<unknown>,
): Promise<void> {
  const queue = values[Symbol.iterator]();
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (let step = queue.next(); !step.done && !hasFailed; step = queue.next()) {
      try {
        await work(step.value);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await settleAll(Array.from({ length: inFlightMax }, worker));
}

/** The same, but all are done, or have failed, when it settles. Rejects with the first error. */
export async function forEachSettled<Value>(
  values: Iterable<Value>,
  inFlightMax: number,
  work: (value: Value) => Promise<unknown>,
): Promise<void> {
  const errors: unknown[] = [];
  await forEachBounded(values, inFlightMax, async (value) => {
    try {
      await work(value);
    } catch (error) {
      errors.push(error);
    }
  });
  if (errors.length > 0) throw errors[0];
}
