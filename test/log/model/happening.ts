import fc from 'fast-check';
import type { World } from './world.ts';

/** Something that happens to the world, and checks for itself what comes of it. */
export interface Happening {
  readonly run: (world: World) => Promise<void>;
  readonly [fc.toStringMethod]: () => string;
}

/** `what` is what a failing run prints of it. */
export function happening(what: string, facts: unknown, run: Happening['run']): Happening {
  return { run, [fc.toStringMethod]: () => `${what} ${JSON.stringify(facts)}` };
}

/** Of a partition or a process: whoever is fewer than three is counted round. */
export const index = fc.nat({ max: 2 });
export const timestamp = fc.nat({ max: 100 });
