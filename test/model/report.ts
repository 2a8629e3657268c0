import type { Configuration } from './engine/configuration.ts';
import type { Hunt } from './mutants/find-mutant.ts';
import type { Mutant } from './mutants/mutant.ts';
import { describeTrace } from './trace/describe-trace.ts';

/** What one exploration came to. */
export interface Report {
  readonly name: string;
  readonly configuration: string;
  readonly kind: 'whole' | 'cut' | 'broken';
  readonly states: number;
  readonly depth: number;
  readonly late: number;
  readonly seconds: number;
  readonly violation: string | undefined;
  /** Numbered, in plain words. */
  readonly steps: readonly string[];
  /** Sound code explored as a whole, a mutant found, or a belt that broke nothing. */
  readonly asExpected: boolean;
  /** All of it, for people. */
  readonly text: string;
}

export function report(
  configuration: Configuration,
  { exploration, late }: Hunt,
  durationMs: number,
  mutant?: Mutant,
): Report {
  const { kind, states, depth, violation, begin } = exploration;
  const processes = configuration.scripts.map(({ name }) => name);
  const steps = violation === undefined ? [] : describeTrace(violation.steps, processes, begin);
  const shouldBreak = mutant !== undefined && mutant.belt === undefined;
  const asExpected = kind === (shouldBreak ? 'broken' : 'whole');
  const name = mutant?.name ?? configuration.name;
  const seconds = Math.round(durationMs / 100) / 10;
  const said = { name, configuration: configuration.name, kind, states, depth, late, seconds, asExpected };
  const head = `${name.padEnd(32)} ${describe(said, mutant)}: ${count(states)} states, depth ${depth}, ${late} late, ${seconds} s`;
  const lines = violation === undefined ? [] : [...steps, `=> ${violation.message}`];
  const text = [head, ...lines.map((line) => `    ${line}`)].join('\n');
  return { ...said, violation: violation?.message, steps, text };
}

function describe({ kind, asExpected }: Pick<Report, 'kind' | 'asExpected'>, mutant?: Mutant): string {
  if (kind === 'cut') return 'CUT SHORT';
  if (mutant === undefined) return asExpected ? 'whole' : 'BROKEN';
  if (mutant.belt !== undefined)
    return asExpected ? `lives, as a belt (${mutant.belt})` : 'FOUND, though a belt';
  return asExpected ? 'found' : 'LIVES';
}

const count = (number: number): string => number.toLocaleString('en-US');
