import { KafkaError } from '../../kafka/errors.ts';
import type { ProducerBatch } from '../codec/log-entry.ts';
import { type ProducerState, REMEMBERED_BATCHES_MAX } from '../codec/producer-state.ts';

const SEQUENCE_MAX = 2 ** 31 - 1;

/** Sequences count from 0 to 2^31 - 1 and begin again at 0. */
export function addToSequence(sequence: number, records: number): number {
  const room = SEQUENCE_MAX - sequence;
  return records <= room ? sequence + records : records - room - 1;
}

/** `sequence` as it was `records` before. */
function subtractFromSequence(sequence: number, records: number): number {
  return records <= sequence ? sequence - records : SEQUENCE_MAX - (records - sequence) + 1;
}

export type BatchDecision =
  | { readonly kind: 'accepted'; readonly next: ProducerState }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refused'; readonly error: KafkaError };

type Sequenced = Omit<ProducerBatch, 'offsetDelta'>;

/**
 * What to do with a batch of an idempotent producer (I6, KIP-98): `state` is what the log knows of the producer
 * in this partition, `undefined` when it knows nothing. Such a producer may begin with any sequence, as in
 * Kafka: its records may have gone by retention.
 */
export function decideBatch(state: ProducerState | undefined, batch: Sequenced): BatchDecision {
  if (state === undefined) return accept(batch, []);
  if (batch.producerEpoch < state.producerEpoch) return fenced(state, batch);
  if (batch.producerEpoch > state.producerEpoch) {
    return batch.baseSequence === 0 ? accept(batch, []) : outOfOrder(0, batch);
  }
  if (isRemembered(state, batch)) return { kind: 'duplicate' };
  const expected = addToSequence(state.lastSequence, 1);
  return batch.baseSequence === expected ? accept(batch, state.counts) : outOfOrder(expected, batch);
}

function accept(batch: Sequenced, counts: readonly number[]): BatchDecision {
  return {
    kind: 'accepted',
    next: {
      producerEpoch: batch.producerEpoch,
      lastSequence: addToSequence(batch.baseSequence, batch.count - 1),
      counts: [batch.count, ...counts].slice(0, REMEMBERED_BATCHES_MAX),
    },
  };
}

/** Whether the batch is exactly one of those that the state remembers. */
function isRemembered(state: ProducerState, batch: Sequenced): boolean {
  let last = state.lastSequence;
  for (const count of state.counts) {
    const base = subtractFromSequence(last, count - 1);
    if (base === batch.baseSequence && count === batch.count) return true;
    last = subtractFromSequence(base, 1);
  }
  return false;
}

function fenced(state: ProducerState, batch: Sequenced): BatchDecision {
  const message =
    `producer ${batch.producerId} has epoch ${state.producerEpoch} here, this batch has ${batch.producerEpoch}: ` +
    'ask for a new producer id';
  return { kind: 'refused', error: new KafkaError('INVALID_PRODUCER_EPOCH', message) };
}

function outOfOrder(expected: number, batch: Sequenced): BatchDecision {
  const message =
    `producer ${batch.producerId} sent sequence ${batch.baseSequence}, expected is ${expected}: ` +
    'a batch before this one is missing, or was sent otherwise cut';
  return { kind: 'refused', error: new KafkaError('OUT_OF_ORDER_SEQUENCE_NUMBER', message) };
}
