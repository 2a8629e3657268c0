import type { Outcome, Simulation } from './simulation.ts';

/** A seed whose run broke a promise. */
export interface FailedSeed {
  readonly seed: number;
  readonly problems: readonly string[];
}

export interface SeedsSummary {
  readonly seeds: number;
  /** Of all seeds together. */
  readonly counts: Outcome['counts'];
  readonly failed: readonly FailedSeed[];
}

export interface SeedsOptions {
  readonly from: number;
  readonly seeds: number;
  /** Stop when so many have failed. */
  readonly failuresMax: number;
  readonly onSeed?: (failures: number) => void;
}

/** Runs one seed after the other. */
export async function runSeeds(
  simulation: Simulation,
  { from, seeds, failuresMax, onSeed }: SeedsOptions,
): Promise<SeedsSummary> {
  const failed: FailedSeed[] = [];
  const counts: Record<string, number> = {};
  let ran = 0;
  for (let seed = from; seed < from + seeds && failed.length < failuresMax; seed += 1) {
    const { problems, counts: ofSeed } = await simulation.simulate(simulation.drawStory(seed));
    ran += 1;
    for (const [what, count] of Object.entries(ofSeed)) counts[what] = (counts[what] ?? 0) + count;
    if (problems.length > 0) failed.push({ seed, problems });
    onSeed?.(failed.length);
  }
  return { seeds: ran, counts, failed };
}
