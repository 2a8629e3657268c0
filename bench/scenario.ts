import { matchesGlob } from 'node:path';
import type { Bench } from './bench.ts';
import type { Figure } from './figure.ts';

export interface Scenario {
  /** Segments with slashes between them, so that a glob can choose: `append/json/100x1KB/c64/p1`. */
  readonly name: string;
  /** 'always', also in a quick run; 'full', not in a quick one; 'named', only when a glob asks for it. */
  readonly runs: 'always' | 'full' | 'named';
  run(bench: Bench): Promise<readonly Figure[]>;
}

/** The scenarios of a run: those that `only` matches, or else those that belong to a quick or a full run. */
export function chooseScenarios(
  scenarios: readonly Scenario[],
  { only, quick }: { readonly only: string | undefined; readonly quick: boolean },
): Scenario[] {
  if (only !== undefined) return scenarios.filter(({ name }) => matchesGlob(name, only));
  return scenarios.filter(({ runs }) => runs === 'always' || (runs === 'full' && !quick));
}
