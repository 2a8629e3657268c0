import { KafkaError } from '../../kafka/errors.ts';
import type { PartitionKey } from '../../storage/head.ts';
import { partitionId } from '../partition-id.ts';
import type { BatchOutcome } from '../types.ts';
import type { Attempt, AttemptOutcome } from './attempt.ts';
import { AttemptLane } from './attempt-lane.ts';
import { type FlushDeps, flush } from './flush.ts';
import { type Departure, Lane } from './lane.ts';
import { queueBatches } from './queued-batch.ts';

export interface GroupCommitLimits {
  /** A flush takes no more once it has this many bytes. */
  readonly flushBytesMax: number;
  /** Partitions in one flush. */
  readonly flushPartitionsMax: number;
  /** A flush does not leave behind another one for less: many small objects cost more than the wait for one. */
  readonly flushAheadBytesMin: number;
  /** What may wait for a flush; beyond it, appends are refused. */
  readonly queuedBytesMax: number;
}

/** Flushes in the air at once: while one is sequenced, the next ones are uploaded. */
const FLUSHES_MAX = 3;

/**
 * Group commit: whatever arrived while the last flush was in the air goes out together in the next one. An append
 * that finds nothing in the air goes out at once: there is no wait. Where much waits, the next flush is uploaded while
 * the last one still is; heads are updated flush by flush, in the order in which they left.
 */
export class GroupCommit {
  readonly #deps: FlushDeps;
  readonly #limits: GroupCommitLimits;
  readonly #lanes = new Map<string, Lane | AttemptLane>();
  #queuedBytes = 0;
  #flushes = 0;
  #lastFlush: Promise<unknown> = Promise.resolve();
  #startIsDue = false;
  #whenIdle = Promise.withResolvers<void>();

  constructor(deps: FlushDeps, limits: GroupCommitLimits) {
    this.#deps = deps;
    this.#limits = limits;
    this.#whenIdle.resolve();
  }

  /** See {@link PartitionLogs.append}. */
  append(partition: PartitionKey, batches: readonly Uint8Array[]): Promise<BatchOutcome[]> {
    const bytes = batches.reduce((sum, batch) => sum + batch.length, 0);
    if (!this.hasRoomFor(bytes)) {
      const error = tooMuchWaits();
      return Promise.resolve(batches.map(() => ({ kind: 'failed', error })));
    }
    const { queued, outcomes } = queueBatches(batches);
    if (queued.length === 0) return outcomes;
    this.#laneOf(partition).push(queued);
    this.#queuedBytes += bytes;
    this.#startSoon();
    return outcomes;
  }

  /** Makes one attempt, as an update of its own in the next flush. It never rejects. */
  attempt(attempt: Attempt, batches: readonly Uint8Array[]): Promise<AttemptOutcome> {
    const { promise, resolve } = Promise.withResolvers<AttemptOutcome>();
    const { queued } = queueBatches(batches);
    const id = `${partitionId(attempt.partition)}#${attempt.appendId}`;
    if (this.#lanes.has(id)) throw new Error(`an attempt at ${id} is in the air already`);
    if (this.#lanes.size === 0) this.#whenIdle = Promise.withResolvers();
    const landed = (bytesBack: number) => this.#landed(id, bytesBack);
    this.#lanes.set(id, new AttemptLane({ ...attempt, settle: resolve }, queued, landed));
    this.#queuedBytes += batches.reduce((sum, batch) => sum + batch.length, 0);
    this.#startSoon();
    return promise;
  }

  /** Whether so much more may wait. */
  hasRoomFor(bytes: number): boolean {
    return this.#queuedBytes + bytes <= this.#limits.queuedBytesMax;
  }

  /** Resolves when everything that was accepted so far has been answered. */
  idle(): Promise<void> {
    return this.#whenIdle.promise;
  }

  #laneOf(partition: PartitionKey): Lane {
    const id = partitionId(partition);
    const known = this.#lanes.get(id);
    if (known instanceof Lane) return known;
    if (this.#lanes.size === 0) this.#whenIdle = Promise.withResolvers();
    const lane = new Lane(partition, (bytesBack) => this.#landed(id, bytesBack));
    this.#lanes.set(id, lane);
    return lane;
  }

  /** What has arrived already goes along, though its handlers have not run yet. */
  #startSoon(): void {
    if (this.#startIsDue || !this.#mayStart()) return;
    this.#startIsDue = true;
    void this.#deps.runtime.nextTurn().then(() => {
      this.#startIsDue = false;
      while (this.#mayStart() && this.#start());
    });
  }

  #mayStart(): boolean {
    if (this.#flushes === 0) return this.#queuedBytes > 0;
    return this.#flushes < FLUSHES_MAX && this.#queuedBytes >= this.#limits.flushAheadBytesMin;
  }

  /** Whether there was something that may leave. */
  #start(): boolean {
    const work = this.#take();
    if (work.length === 0) return false;
    this.#flushes += 1;
    const before = this.#lastFlush;
    const flushing = flush(this.#deps, work, before);
    // Without its value: that would hold the values of all flushes before.
    this.#lastFlush = Promise.all([before, flushing]).then(() => undefined);
    void flushing.then(() => {
      this.#flushes -= 1;
      this.#startSoon();
    });
    return true;
  }

  /** Takes what the next flush carries: from every partition of which something may leave, in turn. */
  #take(): Departure[] {
    const work: Departure[] = [];
    let bytes = 0;
    for (const [id, lane] of [...this.#lanes]) {
      if (bytes >= this.#limits.flushBytesMax || work.length === this.#limits.flushPartitionsMax) break;
      const departure = lane.take(this.#limits.flushBytesMax - bytes);
      if (departure === undefined) continue;
      bytes += departure.batches.reduce((sum, { length }) => sum + length, 0);
      work.push(departure);
      // To the end of the line, so that every partition has its turn.
      this.#lanes.delete(id);
      this.#lanes.set(id, lane);
    }
    this.#queuedBytes -= bytes;
    return work;
  }

  #landed(id: string, bytesBack: number): void {
    this.#queuedBytes += bytesBack;
    if (this.#lanes.get(id)?.isEmpty) this.#lanes.delete(id);
    if (this.#lanes.size === 0) this.#whenIdle.resolve();
    else this.#startSoon();
  }
}

export const tooMuchWaits = (): KafkaError =>
  new KafkaError('THROTTLING_QUOTA_EXCEEDED', 'Too much waits to be written. Try again later.');
