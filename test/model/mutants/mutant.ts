import type { Edit } from '../../support/edit-source.ts';
import type { Configuration } from '../engine/configuration.ts';

/** A deliberate bug. */
export interface Mutant {
  readonly name: string;
  /** What the code does instead, in a line. */
  readonly about: string;
  readonly patches: readonly Edit[];
  /** Where it is looked for. */
  readonly configuration: Configuration;
  /** Why it does no harm there. Without a reason it has to be found. */
  readonly belt?: string;
}
