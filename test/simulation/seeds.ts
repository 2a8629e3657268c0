import { simulate } from './simulate.ts';
import { drawStory } from './story/draw-story.ts';

/** A seed whose run broke a promise. */
export interface FailedSeed {
  readonly seed: number;
  readonly problems: readonly string[];
}

export interface SeedsSummary {
  readonly seeds: number;
  readonly faults: number;
  readonly writes: number;
  readonly acknowledged: number;
  readonly polls: number;
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
export async function runSeeds({ from, seeds, failuresMax, onSeed }: SeedsOptions): Promise<SeedsSummary> {
  const failed: FailedSeed[] = [];
  let [ran, faults, writes, acknowledged, polls] = [0, 0, 0, 0, 0];
  for (let seed = from; seed < from + seeds && failed.length < failuresMax; seed += 1) {
    const outcome = await simulate(drawStory(seed));
    const { history, problems } = outcome;
    ran += 1;
    faults += outcome.faults.size;
    writes += history.writes.length;
    acknowledged += history.writes.filter((write) => write.outcome.kind === 'ok').length;
    polls += history.polls.length;
    if (problems.length > 0) failed.push({ seed, problems });
    onSeed?.(failed.length);
  }
  return { seeds: ran, faults, writes, acknowledged, polls, failed };
}
