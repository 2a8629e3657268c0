import { type Exploration, explore } from '../engine/explore.ts';
import { loadSubject } from './load-subject.ts';
import type { Mutant } from './mutant.ts';

export interface Hunt {
  readonly exploration: Exploration;
  /** With how many requests without an answer. */
  readonly late: number;
}

/** Looks for what a mutant breaks: with as few lost requests as will do, and then in as few steps. */
export async function findMutant(
  { name, patches, configuration }: Mutant,
  { statesMax, lateMax }: { readonly statesMax: number; readonly lateMax: number },
): Promise<Hunt> {
  const subject = await loadSubject(name, [...(configuration.limits ?? []), ...patches]);
  for (let late = 0; ; late += 1) {
    const exploration = await explore(subject, { ...configuration, lateMax: late }, { statesMax });
    if (exploration.kind === 'broken' || late >= lateMax) return { exploration, late };
  }
}
