export { seededRandom } from '../../bench/seeded-random.ts';

/** A seed that the failing run's output names: `SEED=<it> npx vitest run <file>` repeats its choices. */
export function pickSeed(): number {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
  console.info(`SEED=${seed}`);
  return seed;
}
