/**
 * How many random cases a test tries: those that it names, times RIVULET_TEST_RUNS_FACTOR, which is smaller where
 * each step is a call to an emulator and larger where somebody has time.
 */
export function runs(count: number): number {
  const factor = Number(process.env.RIVULET_TEST_RUNS_FACTOR ?? 1);
  if (!(factor > 0))
    throw new Error(`RIVULET_TEST_RUNS_FACTOR=${process.env.RIVULET_TEST_RUNS_FACTOR} is no factor`);
  return Math.max(1, Math.round(count * factor));
}
