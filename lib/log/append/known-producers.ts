import type { Head, PartitionKey } from '../../storage/head.ts';
import { producerKey } from '../../storage/keys.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { decodeProducerState } from '../codec/producer-state.ts';
import type { KnownProducer } from './plan-append.ts';

/**
 * What the log knows of the producers: the head's word, or, for one that left the head, the item that was
 * written when it left. That item is read after the head, and the head's count of evictions comes along as the
 * condition: should the producer have come back and left again meanwhile, the append is refused (I6).
 */
export async function knownProducers(
  metadata: MetadataStore,
  partition: PartitionKey,
  head: Head,
  producerIds: Iterable<number>,
): Promise<Map<number, KnownProducer>> {
  const known = new Map<number, KnownProducer>();
  const absent: number[] = [];
  for (const producerId of producerIds) {
    const seen = head.producers.get(String(producerId));
    if (seen === undefined) absent.push(producerId);
    else known.set(producerId, { state: decodeProducerState(seen), seen });
  }
  if (absent.length === 0) return known;
  const items = await metadata.getMany(
    absent.map((producerId) => producerKey(partition, String(producerId))),
  );
  absent.forEach((producerId, index) => {
    const data = items[index]?.data;
    const state = data === undefined ? undefined : decodeProducerState(data);
    known.set(producerId, { state, seen: { absentAtEvictions: head.evictions } });
  });
  return known;
}
