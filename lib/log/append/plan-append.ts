import type { KafkaError } from '../../kafka/errors.ts';
import type { ProducerUpdate } from '../../storage/head.ts';
import { PRODUCER_BATCHES_MAX, type ProducerBatch } from '../codec/log-entry.ts';
import { encodeProducerState, type ProducerState } from '../codec/producer-state.ts';
import { decideBatch } from './decide-batch.ts';

/** What planning needs to know of a batch. */
export interface BatchFacts {
  readonly count: number;
  readonly length: number;
  readonly maxTimestamp: number;
  /** Absent when the producer is not idempotent. */
  readonly producer?: Omit<ProducerBatch, 'offsetDelta' | 'count'>;
}

/** What the log knows of a producer, and the condition under which that still holds when the head is updated. */
export interface KnownProducer {
  readonly state: ProducerState | undefined;
  readonly seen: ProducerUpdate['seen'];
}

export interface AppendPlan<Batch extends BatchFacts> {
  /** Those that become one slice and one entry, in order, each with its offset from the entry's base. */
  readonly accepted: readonly { readonly batch: Batch; readonly offsetDelta: number }[];
  /** Repeats of a batch that stands in the log already. */
  readonly duplicates: readonly Batch[];
  /** Repeats of a batch that this very plan accepts, at that batch's offset from the entry's base. */
  readonly repeats: readonly { readonly batch: Batch; readonly offsetDelta: number }[];
  readonly refused: readonly { readonly batch: Batch; readonly error: KafkaError }[];
  /** The accepted and their repeats, in the order in which they came: they share one fate. */
  readonly sharers: readonly Batch[];
  /** Those for the next append: this one has no room for more producers, or for more of their batches. */
  readonly deferred: readonly Batch[];
  readonly count: number;
  readonly length: number;
  readonly maxTimestamp: number;
  readonly producerBatches: readonly ProducerBatch[];
  readonly producers: readonly ProducerUpdate[];
}

/**
 * Producers that one append brings into the head: fewer than a roll of ten appends can take out, so that the head
 * stays small however many producers there are.
 */
export const NEWCOMERS_MAX = 4;

/**
 * Decides what becomes of the batches that wait for one partition. Each idempotent batch is decided for itself,
 * against what the ones before it in this plan made of its producer. `known` holds every producer among them.
 */
export function planAppend<Batch extends BatchFacts>(
  batches: readonly Batch[],
  known: ReadonlyMap<number, KnownProducer>,
): AppendPlan<Batch> {
  const accepted: { batch: Batch; offsetDelta: number }[] = [];
  const duplicates: Batch[] = [];
  const repeats: { batch: Batch; offsetDelta: number }[] = [];
  const sharers: Batch[] = [];
  const refused: { batch: Batch; error: KafkaError }[] = [];
  const producerBatches: ProducerBatch[] = [];
  const states = new Map<number, ProducerState>();
  let [count, length, maxTimestamp, taken, newcomers] = [0, 0, -1, 0, 0];

  for (const batch of batches) {
    if (batch.producer !== undefined) {
      if (producerBatches.length === PRODUCER_BATCHES_MAX) break;
      const sequenced = { ...batch.producer, count: batch.count };
      const { producerId } = sequenced;
      const decision = decideBatch(states.get(producerId) ?? lookedUp(known, producerId).state, sequenced);
      if (decision.kind !== 'accepted') {
        const own = producerBatches.find((other) => isSame(other, sequenced));
        if (decision.kind === 'refused') refused.push({ batch, error: decision.error });
        else if (own === undefined) duplicates.push(batch);
        else {
          repeats.push({ batch, offsetDelta: own.offsetDelta });
          sharers.push(batch);
        }
        taken += 1;
        continue;
      }
      const isNewcomer = !states.has(producerId) && !(lookedUp(known, producerId).seen instanceof Uint8Array);
      if (isNewcomer && newcomers === NEWCOMERS_MAX) break;
      if (isNewcomer) newcomers += 1;
      states.set(producerId, decision.next);
      producerBatches.push({ ...sequenced, offsetDelta: count });
    }
    accepted.push({ batch, offsetDelta: count });
    sharers.push(batch);
    count += batch.count;
    length += batch.length;
    maxTimestamp = Math.max(maxTimestamp, batch.maxTimestamp);
    taken += 1;
  }

  const producers = Array.from(states, ([producerId, state]) => ({
    producerId: String(producerId),
    state: encodeProducerState(state),
    seen: lookedUp(known, producerId).seen,
  }));
  const deferred = batches.slice(taken);
  return {
    accepted,
    duplicates,
    repeats,
    refused,
    sharers,
    deferred,
    count,
    length,
    maxTimestamp,
    producerBatches,
    producers,
  };
}

function lookedUp(known: ReadonlyMap<number, KnownProducer>, producerId: number): KnownProducer {
  const producer = known.get(producerId);
  if (producer === undefined) throw new Error(`nothing was looked up of producer ${producerId}`);
  return producer;
}

/** Whether two descriptions are of the same batch: a producer sends a sequence once under an epoch. */
export function isSame(
  a: Omit<ProducerBatch, 'offsetDelta'>,
  b: Omit<ProducerBatch, 'offsetDelta'>,
): boolean {
  return (
    a.producerId === b.producerId &&
    a.producerEpoch === b.producerEpoch &&
    a.baseSequence === b.baseSequence &&
    a.count === b.count
  );
}
