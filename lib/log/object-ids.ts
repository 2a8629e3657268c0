import { decodeTime, monotonicFactory } from 'ulid';
import type { ObjectId } from '../storage/head.ts';
import type { Runtime } from './runtime.ts';

/**
 * Names for new objects: ULIDs that ascend, made of the later of the own clock and every barrier seen, so that
 * a slow clock cannot name an object that garbage collection has already passed (I5).
 */
export class ObjectIds {
  readonly #runtime: Runtime;
  readonly #ulid: (timeMs: number) => ObjectId;
  #barrierTimeMs = 0;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#ulid = monotonicFactory(() => (runtime.randomBytes(1)[0] ?? 0) / 256); // nobody else may draw the same
  }

  /** Remembers a barrier that a head showed; '' is none. */
  sawBarrier(barrier: ObjectId): void {
    if (barrier !== '') this.#barrierTimeMs = Math.max(this.#barrierTimeMs, decodeTime(barrier) + 1);
  }

  next(): ObjectId {
    return this.#ulid(Math.max(this.#runtime.nowMs(), this.#barrierTimeMs));
  }
}
