import type { FlyingAttempt } from './attempt.ts';
import type { Departure } from './lane.ts';
import type { QueuedBatch } from './queued-batch.ts';

/** The lane of one attempt: it stands behind nothing, and does not come back. */
export class AttemptLane {
  readonly #attempt: FlyingAttempt;
  readonly #landed: (bytesBack: number) => void;
  #batches: readonly QueuedBatch[] | undefined;
  #isOver = false;

  constructor(attempt: FlyingAttempt, batches: readonly QueuedBatch[], landed: (bytesBack: number) => void) {
    this.#attempt = attempt;
    this.#batches = batches;
    this.#landed = landed;
  }

  get isEmpty(): boolean {
    return this.#isOver;
  }

  /** All of it, however large, or `undefined` when it has left. */
  take(): Departure | undefined {
    const batches = this.#batches;
    if (batches === undefined) return undefined;
    this.#batches = undefined;
    const { partition } = this.#attempt;
    const finish = () => {
      this.#isOver = true;
      this.#landed(0);
    };
    return { partition, batches, attempt: this.#attempt, isNext: () => true, finish };
  }
}
