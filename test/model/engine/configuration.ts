import type { Edit } from '../../support/edit-source.ts';
import type { Script } from './process.ts';

/** Who does what, and how much may go wrong. */
export interface Configuration {
  readonly name: string;
  /** What it is there to show, in a line. */
  readonly about: string;
  /** Runs alone and without faults before anything else. */
  readonly before?: Script;
  readonly scripts: readonly Script[];
  /** Limits of `lib/` that are set lower, where more of the same would only take longer. */
  readonly limits?: readonly Edit[];
  /** Requests that get no answer: each is done later, at any time, or never. */
  readonly lateMax: number;
  /** The same for a look of a second or so. */
  readonly lateQuickMax: number;
  /** Requests that are sent twice by something below the process: the other one comes at any time or never. */
  readonly repeatsMax?: number;
  /**
   * Whether others can come between a process's decision to put an object and the put. Needed only where objects are
   * deleted: otherwise a key is its writer's alone, and nobody can tell sooner from later.
   */
  readonly putsTakeTime?: boolean;
}
