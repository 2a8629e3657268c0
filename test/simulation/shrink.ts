import type { Simulation } from './simulation.ts';
import type { CommonStory } from './story/common-story.ts';

/** A story that fails, and the requests in it that nothing needs to happen to. */
export interface FailingRun {
  readonly story: CommonStory;
  readonly spared: ReadonlySet<string>;
}

export interface Shrunk extends FailingRun {
  readonly problems: readonly string[];
  /** What still goes wrong, by request. */
  readonly faults: ReadonlyMap<string, string>;
  readonly runs: number;
}

const RUNS_MAX = 600;

/**
 * Looks for the smallest history that still fails: leaves out acts, then faults, in ever smaller parts, as long as
 * something of the same kind goes wrong. What is left out changes nothing of the fate of what stays.
 */
export async function shrink(
  simulation: Simulation,
  story: CommonStory,
  runsMax = RUNS_MAX,
): Promise<Shrunk> {
  const shrinking = new Shrinking(runsMax);
  let run: FailingRun = { story, spared: new Set() };
  const first = await simulation.simulate(story);
  const kind = kindOf(first.problems);
  if (kind === undefined) throw new Error(`seed ${story.seed} does not fail`);
  const stillFails = async (candidate: FailingRun) => {
    const { problems } = await simulation.simulate(candidate.story, { spared: candidate.spared });
    return problems.some((problem) => kindOf([problem]) === kind);
  };
  for (let before = -1; before !== sizeOf(run) && shrinking.hasRuns; ) {
    before = sizeOf(run);
    const acts = actsOf(run.story);
    const { spared } = run;
    const keptActs = await shrinking.smallest(acts, (kept) =>
      stillFails({ story: withActs(run.story, new Set(kept)), spared }),
    );
    run = { story: withActs(run.story, new Set(keptActs)), spared };
    const faults = [...(await simulation.simulate(run.story, { spared })).faults.keys()];
    const spare = (kept: readonly string[]) =>
      new Set([...spared, ...faults.filter((each) => !kept.includes(each))]);
    const keptFaults = await shrinking.smallest(faults, (kept) =>
      stillFails({ story: run.story, spared: spare(kept) }),
    );
    run = { story: run.story, spared: spare(keptFaults) };
  }
  const last = await simulation.simulate(run.story, { spared: run.spared });
  return { ...run, problems: last.problems, faults: last.faults, runs: shrinking.runs };
}

/** Finds a small part of a list that still fails (Zeller's ddmin), within a number of runs. */
class Shrinking {
  runs = 0;
  readonly #runsMax: number;

  constructor(runsMax: number) {
    this.#runsMax = runsMax;
  }

  get hasRuns(): boolean {
    return this.runs < this.#runsMax;
  }

  async smallest<Each>(
    all: readonly Each[],
    stillFails: (kept: readonly Each[]) => Promise<boolean>,
  ): Promise<readonly Each[]> {
    let kept = all;
    for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < kept.length && this.hasRuns; ) {
        const without = [...kept.slice(0, at), ...kept.slice(at + size)];
        this.runs += 1;
        if (await stillFails(without)) kept = without;
        else at += size;
      }
    }
    return kept;
  }
}

/** The word before the first colon: `lost write`, `I4`, `partition 0`. */
const kindOf = ([first]: readonly string[]): string | undefined =>
  first?.split(':', 1)[0]?.replace(/\d+/g, 'N');

const sizeOf = ({ story, spared }: FailingRun): number => actsOf(story).length * 10_000 - spared.size;

/** Names each act of a story by its actor and its place. */
const actsOf = ({ actors }: CommonStory): string[] =>
  actors.flatMap(({ name, acts }) => acts.map((_, index) => `${name} ${index}`));

/** The story with these acts only; what is left is named anew. */
function withActs(story: CommonStory, kept: ReadonlySet<string>): CommonStory {
  const actors = story.actors.map((actor) => ({
    ...actor,
    acts: actor.acts.filter((_, index) => kept.has(`${actor.name} ${index}`)),
  }));
  return { ...story, actors };
}
