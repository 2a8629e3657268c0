import type { CommonStory } from './story/common-story.ts';
import type { Fault } from './world/fates.ts';
import type { Trace } from './world/trace.ts';

export interface SimulateOptions {
  readonly trace?: Trace;
  /** Requests, by their names, that nothing happens to. */
  readonly spared?: ReadonlySet<string>;
  /** Requests, by their names, that suffer what the weather does not bring. */
  readonly planted?: ReadonlyMap<string, Fault>;
}

/** What came of telling a story. */
export interface Outcome {
  /** What broke a promise, a sentence each. */
  readonly problems: readonly string[];
  /** The requests that something happened to, and what. */
  readonly faults: ReadonlyMap<string, string>;
  /** How often what happened, so that a run in which nothing does is not taken for one in which nothing breaks. */
  readonly counts: Readonly<Record<string, number>>;
}

/** A kind of stories that seeds tell, and how to tell one: the same story ends the same. */
export interface Simulation<Story extends CommonStory = CommonStory> {
  drawStory(seed: number): Story;
  /** Tells a story to its end, and checks what clients saw and what the stores hold. */
  simulate(story: Story, options?: SimulateOptions): Promise<Outcome>;
  /** Who is there, beside the actors: a line each. */
  describe(story: Story): readonly string[];
}

/** From this line on a trace shows what is done to see how everything ended. */
export const EPILOGUE = 'all is told; now it is looked at how everything ended';

/** Who a trace names when a promise is broken at that very moment. */
export const PROBLEM = 'PROBLEM';

export type SimulationName = 'log' | 'groups';

/** Loads the simulation, and with it all of the code that it runs. */
export async function loadSimulation(name: SimulationName): Promise<Simulation> {
  switch (name) {
    case 'log':
      return (await import('./log-simulation.ts')).logSimulation;
    case 'groups':
      return (await import('./groups/group-simulation.ts')).groupSimulation;
  }
}
