import { KafkaError } from '../../kafka/errors.ts';
import type { Offset } from '../../kafka/types.ts';
import type { Head, PartitionKey } from '../../storage/head.ts';
import type { Item } from '../../storage/item.ts';
import { pageKey } from '../../storage/keys.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { decodeIndexPage, type IndexPage, type PlacedEntry, placeHeadEntries } from '../codec/index-page.ts';
import { assertInvariant } from '../invariant.ts';
import { IndexMovedError } from './index-moved.ts';

const PAGES_PER_QUERY = 64;

/**
 * The entries from the one that holds `offset` on, up to the head's `next`: first those of the pages in
 * `[compacted, tail)`, which form a chain, then those of the head in `[tail, next)`. They come in runs, so that
 * a caller that has enough reads no further.
 *
 * `offset` is at least the head's `start` and below its `next`.
 *
 * @throws IndexMovedError when the chain has a gap; KafkaError KAFKA_STORAGE_ERROR when a page is damaged.
 */
export async function* entriesFrom(
  metadata: MetadataStore,
  partition: PartitionKey,
  head: Head,
  offset: Offset,
): AsyncGenerator<readonly PlacedEntry[], void, undefined> {
  assertInvariant(
    'I7',
    offset >= head.start && offset < head.next,
    `${offset} is not between start and next`,
  );
  if (offset < head.tail) yield* pageEntriesFrom(metadata, partition, head, offset);
  yield placeHeadEntries(head.tail, head.next, head.entries).filter(
    (placed) => placed.base + placed.entry.count > offset,
  );
}

/** The entries of the pages from the one that holds `offset` on, up to the tail. */
async function* pageEntriesFrom(
  metadata: MetadataStore,
  partition: PartitionKey,
  head: Head,
  offset: Offset,
): AsyncGenerator<readonly PlacedEntry[], void, undefined> {
  const first = await pageCovering(metadata, partition, head, offset);
  yield first.entries.filter((placed) => placed.base + placed.entry.count > offset);
  let at = first.to;
  for (let limit = 1; at < head.tail; limit = Math.min(limit * 4, PAGES_PER_QUERY)) {
    for (const page of await pagesFrom(metadata, partition, at, head.tail, limit)) {
      yield page.entries;
      at = page.to;
    }
  }
  if (at > head.tail) throw new IndexMovedError(`a page reaches to ${at}, beyond the tail ${head.tail}`);
}

/** The page that holds `offset`, which lies in `[compacted, tail)`. @throws IndexMovedError when there is none. */
export async function pageCovering(
  metadata: MetadataStore,
  partition: PartitionKey,
  head: Pick<Head, 'compacted' | 'tail'>,
  offset: Offset,
): Promise<IndexPage> {
  if (offset < head.compacted) throw new IndexMovedError(`offset ${offset} lies in a segment`);
  const { pk, sk: to } = pageKey(partition, offset);
  const { sk: from } = pageKey(partition, head.compacted);
  const [item] = await metadata.query({ pk, from, to, limit: 1, direction: 'backward' });
  const page = item === undefined ? undefined : readPage(item);
  if (page === undefined || page.to <= offset) throw new IndexMovedError(`no page holds offset ${offset}`);
  return page;
}

/** Up to `limit` pages, the first beginning at `from`. @throws IndexMovedError when they leave a gap. */
async function pagesFrom(
  metadata: MetadataStore,
  partition: PartitionKey,
  from: Offset,
  tail: Offset,
  limit: number,
): Promise<IndexPage[]> {
  const { pk, sk } = pageKey(partition, from);
  const { sk: to } = pageKey(partition, tail);
  const items = await metadata.query({ pk, from: sk, to, limit, direction: 'forward' });
  const pages: IndexPage[] = [];
  let at = from;
  for (const item of items) {
    const page = readPage(item);
    if (page.base === tail) break; // Rolled after our head was read: the head tells the same of it.
    if (page.base !== at) break;
    pages.push(page);
    at = page.to;
  }
  if (pages.length === 0) throw new IndexMovedError(`no page begins at ${from}, below the tail ${tail}`);
  return pages;
}

/** Up to `limit` pages that end at or below `offset`, the latest first. */
export async function pagesBefore(
  metadata: MetadataStore,
  partition: PartitionKey,
  head: Pick<Head, 'compacted'>,
  offset: Offset,
  limit: number,
): Promise<IndexPage[]> {
  const { pk, sk: from } = pageKey(partition, head.compacted);
  const { sk: to } = pageKey(partition, offset);
  const items = await metadata.query({ pk, from, to, limit: limit + 1, direction: 'backward' });
  return items
    .map(readPage)
    .filter((page) => page.to <= offset)
    .slice(0, limit);
}

function readPage(item: Item): IndexPage {
  try {
    return decodeIndexPage(item);
  } catch (error) {
    const message = `The log is damaged: ${error instanceof Error ? error.message : String(error)}`;
    throw new KafkaError('KAFKA_STORAGE_ERROR', message, { cause: error });
  }
}
