import { assert } from '../assert.ts';
import type { Body, Shape } from '../bodies.ts';
import { recordsPerRequest } from '../bodies.ts';

/** One acknowledged request: its records stand from `baseOffset` on. */
export interface Acknowledgement {
  readonly baseOffset: number;
  readonly body: Body;
}

/** What a broker acknowledged of one topic: where every record must be found. */
export class Ledger {
  readonly #partitions = new Map<number, Acknowledgement[]>();

  acknowledge(partition: number, acknowledgement: Acknowledgement): void {
    const entries = this.#partitions.get(partition);
    if (entries === undefined) this.#partitions.set(partition, [acknowledgement]);
    else entries.push(acknowledgement);
  }

  partitions(): number[] {
    return [...this.#partitions.keys()].sort((left, right) => left - right);
  }

  /** The acknowledgements of a partition in the order of their offsets, which must leave no gap. */
  entries(partition: number): readonly Acknowledgement[] {
    const entries = this.#partitions.get(partition) ?? [];
    entries.sort((left, right) => left.baseOffset - right.baseOffset);
    let next = 0;
    for (const { baseOffset, body } of entries) {
      assert(baseOffset === next, `partition ${partition}: offset ${next} was never acknowledged`);
      next += body.values.length;
    }
    return entries;
  }

  /** The offset behind the last acknowledged record. */
  endOffset(partition: number): number {
    const last = this.entries(partition).at(-1);
    return last === undefined ? 0 : last.baseOffset + last.body.values.length;
  }
}

export const OFFSET_FIELD = '"offset":';

/** The number behind {@link OFFSET_FIELD} at `position` of an answer. */
export function offsetAt(answer: Buffer, position: number): number {
  assert(position >= 0, `an answer without an offset: ${answer.toString('utf8', 0, 500)}`);
  return Number.parseInt(answer.toString('latin1', position + OFFSET_FIELD.length, position + 32), 10);
}

/**
 * The offset of the first record of a request, from the broker's answer, `{"offsets":[{"offset":7,...},...]}`.
 * The answer names an offset for each record, or for each batch; the last one shows that nothing came between.
 * Only these two are parsed: the generator must not cost more than the broker.
 */
export function acknowledgedOffset(answer: Buffer, shape: Shape): number {
  const first = offsetAt(answer, answer.indexOf(OFFSET_FIELD));
  const last = offsetAt(answer, answer.lastIndexOf(OFFSET_FIELD));
  const steps =
    shape.format === 'recordbatch'
      ? recordsPerRequest(shape) - shape.recordsPerBatch
      : recordsPerRequest(shape) - 1;
  assert(
    last - first === steps,
    `offsets ${first} to ${last} for ${recordsPerRequest(shape)} records in one request`,
  );
  return first;
}
