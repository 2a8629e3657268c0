import type { Edit } from '../../support/edit-source.ts';
import type { SimulationName } from '../simulation.ts';

/** A deliberate bug in the protocol. */
export interface Mutant {
  readonly name: string;
  /** What it leaves out or does wrong. */
  readonly what: string;
  /** Which simulation finds it. @default 'log' */
  readonly simulation?: SimulationName;
  readonly edits: readonly Edit[];
}
