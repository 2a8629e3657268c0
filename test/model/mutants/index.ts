import { appendMutants } from './append.ts';
import { headOperationMutants } from './head-operations.ts';
import { keyMutants } from './keys.ts';
import type { Mutant } from './mutant.ts';
import { producerMutants } from './producers.ts';
import { rollAndFetchMutants } from './roll-and-fetch.ts';

export const mutants: readonly Mutant[] = [
  ...headOperationMutants,
  ...appendMutants,
  ...rollAndFetchMutants,
  ...producerMutants,
  ...keyMutants,
];
