import { asOffset, type Offset } from '../../kafka/types.ts';
import type { Head, PartitionKey } from '../../storage/head.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { type PlacedEntry, placeHeadEntries } from '../codec/index-page.ts';
import type { ProducerBatch } from '../codec/log-entry.ts';
import { pagesBefore } from '../index/entries.ts';
import { isSame } from './plan-append.ts';

const PAGES_PER_QUERY = 50;
const PAGES_MAX = 1_000;

/**
 * Where a repeated batch stands: looked up in the head, then in the pages, the latest first. `undefined` when
 * compaction has taken its entry, or when so much was appended since that looking on would cost more than the
 * answer is worth; the batch is a duplicate all the same.
 */
export async function findDuplicate(
  metadata: MetadataStore,
  partition: PartitionKey,
  head: Head,
  batch: Omit<ProducerBatch, 'offsetDelta'>,
): Promise<Offset | undefined> {
  const inHead = search(placeHeadEntries(head.tail, head.next, head.entries), batch);
  if (inHead !== undefined) return inHead;
  let before = head.tail;
  for (let looked = 0; looked < PAGES_MAX; looked += PAGES_PER_QUERY) {
    const pages = await pagesBefore(metadata, partition, head, before, PAGES_PER_QUERY);
    for (const page of pages) {
      const inPage = search(page.entries, batch);
      if (inPage !== undefined) return inPage;
      before = page.base;
    }
    if (pages.length < PAGES_PER_QUERY) return undefined;
  }
  return undefined;
}

function search(
  entries: readonly PlacedEntry[],
  batch: Omit<ProducerBatch, 'offsetDelta'>,
): Offset | undefined {
  for (const { base, entry } of entries) {
    const found = entry.producerBatches.find((other) => isSame(other, batch));
    if (found !== undefined) return asOffset(base + found.offsetDelta);
  }
  return undefined;
}
