import assert from 'node:assert/strict';
import type { BatchOutcome } from '../../../lib/log/types.ts';
import { batchOf } from '../batches.ts';

export const producerActions = ['next', 'repeat', 'old', 'gap', 'new epoch', 'old epoch', 'jump'] as const;
export type ProducerAction = (typeof producerActions)[number];

interface SentBatch {
  readonly epoch: number;
  readonly sequence: number;
  readonly values: readonly string[];
  base?: number;
}

/** A batch that goes out, and what its outcome must be unless a fault befalls it. */
export interface ProducerSend {
  readonly batch: SentBatch;
  readonly bytes: Uint8Array;
  readonly expected: 'appended' | 'duplicate' | 'OUT_OF_ORDER_SEQUENCE_NUMBER' | 'INVALID_PRODUCER_EPOCH';
  /** Its records stand in the log already, whatever becomes of it. */
  readonly isOld: boolean;
}

const REMEMBERED_MAX = 5;

/**
 * An idempotent producer as Kafka's client is one: it sends a batch again, as it was, until it has a clear answer.
 * Now and then it breaks a rule, to see that it is refused.
 */
export class ProducerModel {
  readonly id: number;
  /** Batches of this epoch that stand in the log, the last one first. */
  #done: SentBatch[] = [];
  #epoch = 0;
  /** Sent, and nobody knows what became of it. */
  #pending: SentBatch | undefined;

  constructor(id: number) {
    this.id = id;
  }

  send(action: ProducerAction, values: readonly string[], timestamp: number): ProducerSend {
    if (this.#pending !== undefined) return this.#sending(this.#pending, 'appended', timestamp);
    const next = this.#nextSequence();
    const [last] = this.#done;
    const fresh = { epoch: this.#epoch, sequence: next, values };
    const repeated = this.#done[timestamp % Math.min(this.#done.length, REMEMBERED_MAX)];
    const forgotten = this.#done[REMEMBERED_MAX];
    if (action === 'repeat' && repeated) return this.#sending(repeated, 'duplicate', timestamp);
    if (action === 'old' && forgotten)
      return this.#sending(forgotten, 'OUT_OF_ORDER_SEQUENCE_NUMBER', timestamp);
    if (action === 'gap' && last) {
      return this.#sending({ ...fresh, sequence: next + 1 }, 'OUT_OF_ORDER_SEQUENCE_NUMBER', timestamp);
    }
    if (action === 'jump' && last) {
      const jumped = { ...fresh, epoch: this.#epoch + 1, sequence: 3 };
      return this.#sending(jumped, 'OUT_OF_ORDER_SEQUENCE_NUMBER', timestamp);
    }
    if (action === 'old epoch' && last && this.#epoch > 0) {
      return this.#sending({ ...fresh, epoch: this.#epoch - 1 }, 'INVALID_PRODUCER_EPOCH', timestamp);
    }
    if (action === 'new epoch' && last) {
      return this.#sending({ epoch: this.#epoch + 1, sequence: 0, values }, 'appended', timestamp);
    }
    return this.#sending(fresh, 'appended', timestamp);
  }

  /** Learns of an outcome, and tells whether it is the expected one. Refusals by sequence are not faults. */
  hear({ batch, expected }: ProducerSend, outcome: BatchOutcome): 'as expected' | 'a fault' {
    if (outcome.kind === 'failed') return this.#hearFailure(batch, expected, outcome.error.error);
    const { baseOffset } = outcome;
    assert(
      baseOffset !== undefined,
      `producer ${this.id}: nobody knows where sequence ${batch.sequence} stands`,
    );
    assert(
      expected === 'appended' || expected === 'duplicate',
      `sequence ${batch.sequence} should be ${expected}`,
    );
    if (expected === 'duplicate') {
      assert.equal(outcome.kind, 'duplicate', `sequence ${batch.sequence} was appended again`);
      assert.equal(baseOffset, batch.base, `sequence ${batch.sequence} has moved`);
      return 'as expected';
    }
    if (batch.epoch > this.#epoch) this.#done = [];
    this.#epoch = batch.epoch;
    this.#done.unshift({ ...batch, base: baseOffset });
    this.#pending = undefined;
    return outcome.kind === 'appended' ? 'as expected' : 'a fault'; // it was sent twice on its way
  }

  #hearFailure(
    batch: SentBatch,
    expected: ProducerSend['expected'],
    error: string,
  ): 'as expected' | 'a fault' {
    if (expected === error) return 'as expected';
    assert(
      !['OUT_OF_ORDER_SEQUENCE_NUMBER', 'INVALID_PRODUCER_EPOCH'].includes(error),
      `sequence ${batch.sequence}: ${error}`,
    );
    if (expected === 'appended' && error === 'REQUEST_TIMED_OUT') this.#pending = batch;
    return 'a fault';
  }

  get isUnclear(): boolean {
    return this.#pending !== undefined;
  }

  #nextSequence(): number {
    const [last] = this.#done;
    return last === undefined ? 0 : last.sequence + last.values.length;
  }

  #sending(batch: SentBatch, expected: ProducerSend['expected'], timestamp: number): ProducerSend {
    const { epoch, sequence, values } = batch;
    const producer = { id: this.id, epoch, sequence };
    const isOld = this.#done.includes(batch);
    return { batch, expected, isOld, bytes: batchOf(values, { timestamps: [timestamp], producer }) };
  }
}
