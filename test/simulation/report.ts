import type { FailedSeed } from './seeds.ts';
import { type Shrunk, shrink } from './shrink.ts';
import { EPILOGUE, PROBLEM, type Simulation } from './simulation.ts';
import type { CommonActor, CommonStory } from './story/common-story.ts';

const PROBLEMS_SHOWN_MAX = 5;

/**
 * What a maintainer needs of a seed that failed: its number, what broke, and the smallest history that breaks it.
 * @param command What runs the simulation.
 */
export async function reportFailure(
  simulation: Simulation,
  command: string,
  { seed, problems }: FailedSeed,
): Promise<string> {
  const shrunk = await shrink(simulation, simulation.drawStory(seed));
  const trace = await traceOf(simulation, shrunk.story, shrunk.spared);
  return [
    `seed ${seed} breaks ${problems.length} promises; to see it again: ${command} --seeds 1 --from ${seed}`,
    ...problems.slice(0, PROBLEMS_SHOWN_MAX).map((problem) => `  ${problem}`),
    '',
    `the smallest history found that still fails (after ${shrunk.runs} runs):`,
    ...simulation.describe(shrunk.story).map((line) => `  ${line}`),
    ...describeStory(shrunk),
    '',
    'its trace, by seconds:',
    ...upToTheEnd(trace, shrunk.problems),
    '',
    'it breaks:',
    ...shrunk.problems.slice(0, PROBLEMS_SHOWN_MAX).map((problem) => `  ${problem}`),
  ].join('\n');
}

/** A trace up to where the first promise is broken, if it tells; or to where all that happens has happened. */
function upToTheEnd(trace: readonly string[], [first = '']: readonly string[]): readonly string[] {
  const end = trace.findIndex((line) => line.endsWith(EPILOGUE) || line.endsWith(`${PROBLEM}  ${first}`));
  return trace.slice(0, end === -1 ? trace.length : end + 1);
}

/** What happens in a run, a line each. The same run gives the same lines. */
export async function traceOf(
  simulation: Simulation,
  story: CommonStory,
  spared: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const lines: string[] = [];
  await simulation.simulate(story, { spared, trace: (who, what) => lines.push(`${who}  ${what}`) });
  return lines;
}

function describeStory({ story, faults }: Shrunk): string[] {
  return [
    ...story.actors.filter(({ acts }) => acts.length > 0).flatMap(describeActor),
    ...Array.from(faults, ([request, what]) => `  fault: ${request}: ${what}`),
  ];
}

function describeActor(actor: CommonActor): string[] {
  return actor.acts.map((act) => `  ${actor.name}: ${JSON.stringify(act)}`);
}
