import { appendMutants } from './append-mutants.ts';
import { groupMutants } from './group-mutants.ts';
import { headMutants } from './head-mutants.ts';
import { indexMutants } from './index-mutants.ts';
import { keyMutants } from './key-mutants.ts';
import type { Mutant } from './mutant.ts';
import { offsetMutants } from './offset-mutants.ts';

/** Every deliberate bug. Whatever checks the protocol has to find each of them. */
export const mutants: readonly Mutant[] = [
  ...headMutants,
  ...appendMutants,
  ...indexMutants,
  ...keyMutants,
  ...groupMutants,
  ...offsetMutants,
];

/** @throws Error naming those that there are. */
export function mutantNamed(name: string): Mutant {
  const mutant = mutants.find((each) => each.name === name);
  if (mutant !== undefined) return mutant;
  throw new Error(`there is no mutant ${name}; there are ${mutants.map((each) => each.name).join(', ')}`);
}
