import type { PlacedEntry } from '../../lib/log/codec/index-page.ts';
import type { ProducerBatch } from '../../lib/log/codec/log-entry.ts';
import { decodeProducerState, type ProducerState } from '../../lib/log/codec/producer-state.ts';
import type { Head, PartitionKey } from '../../lib/storage/head.ts';
import { producerKey } from '../../lib/storage/keys.ts';
import type { MetadataStore } from '../../lib/storage/metadata-store.ts';
import type { Problem } from './problem.ts';

const SEQUENCES = 2 ** 31;
const REMEMBERED_MAX = 5;

/** I6: each producer's batches stand in the log once, in sequence, and its state tells of the last of them. */
export async function checkProducers(
  metadata: MetadataStore,
  partition: PartitionKey,
  head: Head,
  entries: readonly PlacedEntry[],
  problem: Problem,
): Promise<void> {
  const states = new Map<number, ProducerState>();
  for (const { base, entry } of entries) {
    for (const batch of entry.producerBatches) {
      const before = states.get(batch.producerId);
      const wrong = before && sequenceError(before, batch);
      if (wrong !== undefined) problem('I6', `at ${base + batch.offsetDelta}, ${wrong}`);
      states.set(batch.producerId, follow(before, batch));
    }
  }
  for (const [producerId, state] of states) {
    const kept = head.producers.get(String(producerId)) ?? (await stateItem(metadata, partition, producerId));
    const told = kept && decodeProducerState(kept);
    if (!tells(told, state, head.compacted > 0)) {
      problem(
        'I6',
        `of producer ${producerId} the log knows ${JSON.stringify(told)}, not ${JSON.stringify(state)}`,
      );
    }
  }
}

async function stateItem(metadata: MetadataStore, partition: PartitionKey, producerId: number) {
  return (await metadata.get(producerKey(partition, String(producerId))))?.data;
}

function sequenceError(before: ProducerState, batch: ProducerBatch): string | undefined {
  const { producerId, producerEpoch, baseSequence } = batch;
  if (producerEpoch < before.producerEpoch)
    return `producer ${producerId} writes in epoch ${producerEpoch}, after ${before.producerEpoch}`;
  const expected = producerEpoch === before.producerEpoch ? (before.lastSequence + 1) % SEQUENCES : 0;
  if (baseSequence === expected) return undefined;
  return `producer ${producerId} writes sequence ${baseSequence}, not ${expected}`;
}

function follow(
  before: ProducerState | undefined,
  { producerEpoch, baseSequence, count }: ProducerBatch,
): ProducerState {
  const counts = before?.producerEpoch === producerEpoch ? before.counts : [];
  return {
    producerEpoch,
    lastSequence: (baseSequence + count - 1) % SEQUENCES,
    counts: [count, ...counts].slice(0, REMEMBERED_MAX),
  };
}

/** Below `compacted` there may be batches that the index does not show any more, and that the state remembers. */
function tells(told: ProducerState | undefined, state: ProducerState, hasForgotten: boolean): boolean {
  if (told === undefined) return false;
  const counts = hasForgotten ? told.counts.slice(0, state.counts.length) : told.counts;
  return JSON.stringify({ ...told, counts }) === JSON.stringify(state);
}
