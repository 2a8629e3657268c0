import type { Edit } from '../../support/edit-source.ts';

/** A deliberate bug in the protocol. */
export interface Mutant {
  readonly name: string;
  /** What it leaves out or does wrong. */
  readonly what: string;
  readonly edits: readonly Edit[];
}
