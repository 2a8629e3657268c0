/** The promises of docs/architecture.md. A broken one is a bug of ours, never a caller's fault. */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7';

export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** @throws InvariantError naming the invariant when `holds` is false. */
export function assertInvariant(invariant: Invariant, holds: boolean, fact: string): asserts holds {
  if (!holds) throw new InvariantError(`${invariant} is broken: ${fact}`);
}
