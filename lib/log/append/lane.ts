import type { PartitionKey } from '../../storage/head.ts';
import type { FlyingAttempt } from './attempt.ts';
import type { QueuedBatch } from './queued-batch.ts';

/** What a flush carries of one partition, from when it is taken until nothing of it is in the air any more. */
export interface Departure {
  readonly partition: PartitionKey;
  readonly batches: readonly QueuedBatch[];
  /** Defined for an attempt that is decided by its owner, whatever becomes of it. */
  readonly attempt?: FlyingAttempt;
  /** Whether all that left the lane before was appended or has failed for good: only then is it this one's turn. */
  isNext(): boolean;
  /** Ends it; `again` are those of its batches that have to be tried again, in their order. */
  finish(again: readonly QueuedBatch[]): void;
}

interface Flying extends Departure {
  /** Defined once it is finished. */
  again: readonly QueuedBatch[] | undefined;
}

/** Departures of one lane that may be in the air at once. */
const FLYING_MAX = 3;

/**
 * What waits for one partition, in its order. Several departures may be in the air at once, as long as they carry
 * no idempotent batches: those are decided against what the ones before them did. Should one come back, all that
 * left after it come back too and stand behind it again, so that nobody is overtaken.
 */
export class Lane {
  readonly #partition: PartitionKey;
  readonly #landed: (again: number) => void;
  #queue: QueuedBatch[] = [];
  #flying: Flying[] = [];

  /** `landed` hears of each departure's end, and of how many bytes have come back with it. */
  constructor(partition: PartitionKey, landed: (bytesBack: number) => void) {
    this.#partition = partition;
    this.#landed = landed;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0 && this.#flying.length === 0;
  }

  push(batches: readonly QueuedBatch[]): void {
    this.#queue.push(...batches);
  }

  /** The next departure, of batches of up to about `bytesMax` (at least one); `undefined` when nothing may leave. */
  take(bytesMax: number): Departure | undefined {
    const count = this.#takeable(bytesMax);
    if (count === 0) return undefined;
    const batches = this.#queue.slice(0, count);
    this.#queue = this.#queue.slice(count);
    const flying: Flying = {
      partition: this.#partition,
      batches,
      again: undefined,
      isNext: () => this.#flying[0] === flying,
      finish: (again) => this.#finish(flying, again),
    };
    this.#flying.push(flying);
    return flying;
  }

  #takeable(bytesMax: number): number {
    const ahead = this.#flying.length > 0;
    if (ahead && !this.#mayFlyAhead()) return 0;
    let [count, bytes] = [0, 0];
    for (const batch of this.#queue) {
      if (bytes >= bytesMax || (ahead && batch.producer !== undefined)) break;
      bytes += batch.length;
      count += 1;
    }
    return count;
  }

  #mayFlyAhead(): boolean {
    if (this.#flying.length === FLYING_MAX) return false;
    return this.#flying.every(
      ({ again, batches }) => again === undefined && batches.every(({ producer }) => producer === undefined),
    );
  }

  #finish(flying: Flying, again: readonly QueuedBatch[]): void {
    if (flying.again !== undefined) throw new Error('a departure was finished twice');
    flying.again = again;
    while (this.#flying[0]?.again?.length === 0) this.#flying.shift();
    if (this.#flying.every((other) => other.again !== undefined)) {
      this.#queue = [...this.#flying.flatMap((other) => other.again ?? []), ...this.#queue];
      this.#flying = [];
    }
    this.#landed(again.reduce((sum, { length }) => sum + length, 0));
  }
}
