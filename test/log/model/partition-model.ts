import assert from 'node:assert/strict';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import type { ReadRecord } from '../batches.ts';
import { ProducerModel } from './producer-model.ts';

/** What a client knows of one partition: what it was told, and what it has read. */
export class PartitionModel {
  readonly partition: PartitionKey;
  readonly producers: readonly ProducerModel[] = [10, 11].map((id) => new ProducerModel(id));
  /** The value at each offset that was acknowledged or read. It may never change. */
  readonly #known = new Map<number, string>();
  /** Values of records that were refused: they may stand nowhere. */
  readonly #never = new Set<string>();
  /** Values of records that may stand once, or not at all. */
  readonly #maybe = new Set<string>();
  start = 0;
  #next = 0;

  constructor(partition: PartitionKey) {
    this.partition = partition;
  }

  /** I3: acknowledged is readable from then on, at that offset and no other. */
  acknowledged(base: number, values: readonly string[]): void {
    values.forEach((value, index) => {
      this.#learn(base + index, value);
      this.#maybe.delete(value);
    });
    this.#next = Math.max(this.#next, base + values.length);
  }

  refused(values: readonly string[]): void {
    for (const value of values) if (!this.#maybe.has(value)) this.#never.add(value);
  }

  unclear(values: readonly string[]): void {
    for (const value of values) this.#maybe.add(value);
  }

  /** Where the log ends, as far as anybody was told: it may end later, never before (I1, I3). */
  get end(): number {
    return this.#next;
  }

  sawEnd(highWatermark: number): void {
    this.#next = Math.max(this.#next, highWatermark);
  }

  /** Records that a reader was given: without a hole, and what is known of them. */
  read(records: readonly ReadRecord[]): void {
    records.forEach(({ offset, value }, index) => {
      assert.equal(offset, (records[0]?.offset ?? 0) + index, 'a reader was given a hole');
      assert(offset < this.#next, `offset ${offset} was read beyond the end ${this.#next}`);
      this.#learn(offset, value);
    });
  }

  /** The whole log at the very end. */
  check(records: readonly ReadRecord[]): void {
    this.read(records);
    assert.equal(records.length, this.#next, 'the log does not reach from 0 to its end');
    assert.equal(
      new Set(records.map(({ value }) => value)).size,
      records.length,
      'a record stands there twice',
    );
    for (const [offset, value] of this.#known)
      assert.equal(records[offset]?.value, value, `offset ${offset}`);
  }

  #learn(offset: number, value: string): void {
    assert(!this.#never.has(value), `${value}, which was refused, stands at ${offset}`);
    const before = this.#known.get(offset);
    assert(before === undefined || before === value, `offset ${offset} was ${before}, and is ${value}`);
    this.#known.set(offset, value);
  }
}
