/** One change of a source file: the snippet stands there exactly once. */
export interface Edit {
  /** Below the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A deliberate bug in the protocol. */
export interface Mutant {
  readonly name: string;
  /** What it leaves out or does wrong. */
  readonly what: string;
  readonly edits: readonly Edit[];
}
