/** Does `work` for each value, at most `inFlightMax` of them at once. Rejects with the first error. */
export async function forEachBounded<Value>(
  values: Iterable<Value>,
  inFlightMax: number,
  work: (value: Value) => Promise<unknown>,
): Promise<void> {
  const queue = values[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let step = queue.next(); !step.done; step = queue.next()) await work(step.value);
  };
  await Promise.all(Array.from({ length: inFlightMax }, worker));
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
