import { decodeIndexPage, type IndexPage, type PlacedEntry } from '../../lib/log/codec/index-page.ts';
import { decodeLogEntry } from '../../lib/log/codec/log-entry.ts';
import type { Stores } from '../../lib/storage/embedded.ts';
import type { Head, PartitionKey } from '../../lib/storage/head.ts';
import type { Item } from '../../lib/storage/item.ts';
import { headKey } from '../../lib/storage/keys.ts';
import type { ReadRecord } from './batches.ts';
import { checkProducers } from './check-producers.ts';
import { readSlice } from './check-slices.ts';
import type { Problem } from './problem.ts';

/** A partition as its stores hold it, read without the log's own readers. */
export interface PartitionReport {
  readonly head: Head;
  readonly entries: readonly PlacedEntry[];
  /** Every record of the index, also those below the log start offset. */
  readonly records: readonly ReadRecord[];
  /** What breaks an invariant, a sentence each. */
  readonly problems: readonly string[];
}

type RawStores = Pick<Stores, 'objects' | 'metadata'>;

/**
 * Walks a partition's whole index and all that it refers to. It looks for holes and overlaps (I1), an append that
 * stands there twice or under an epoch that had ended (I2), dangling references and damaged bytes (I3, I4),
 * producers' batches out of sequence (I6), and a start beyond the log's end (I7).
 */
export async function checkInvariants(stores: RawStores, partition: PartitionKey): Promise<PartitionReport> {
  const head = await stores.metadata.getHead(partition);
  if (head === undefined) throw new Error(`${JSON.stringify(partition)} has no head`);
  const problems: string[] = [];
  const problem: Problem = (invariant, fact) => void problems.push(`${invariant}: ${fact}`);
  const inHead = headEntries(head, problem);
  const pages = await readPages(stores, partition, problem);
  const entries = [...pageEntries(pages, head, inHead, problem), ...inHead];
  checkOrder(entries, head, problem);
  const records: ReadRecord[] = [];
  for (const placed of entries) records.push(...(await readSlice(stores, partition, placed, problem)));
  await checkProducers(stores.metadata, partition, head, entries, problem);
  if (head.start > head.next) problem('I7', `start ${head.start} lies beyond next ${head.next}`);
  return { head, entries, records, problems };
}

/** The head's entries in their places. */
function headEntries(head: Head, problem: Problem): PlacedEntry[] {
  return head.entries.flatMap(({ appendId, base, entry }) => {
    try {
      return [{ appendId, base, entry: decodeLogEntry(entry) }];
    } catch (error) {
      problem('I4', `the head's entry at ${base} cannot be read: ${error}`);
      return [];
    }
  });
}

const ITEMS_PER_QUERY = 500;

async function readPages(
  { metadata }: RawStores,
  partition: PartitionKey,
  problem: Problem,
): Promise<IndexPage[]> {
  const { pk } = headKey(partition);
  const pages: IndexPage[] = [];
  let items: Item[] = [];
  for (let from = 'i#'; ; from = `${items.at(-1)?.key.sk}\0`) {
    items = await metadata.query({ pk, from, to: 'i#~', limit: ITEMS_PER_QUERY, direction: 'forward' });
    if (items.length === 0) return pages;
    for (const item of items) {
      try {
        const page = decodeIndexPage(item);
        if (`i#${String(page.base).padStart(20, '0')}` !== item.key.sk) {
          problem('I4', `page ${item.key.sk} says that it begins at ${page.base}`);
        }
        pages.push(page);
      } catch (error) {
        problem('I4', `page ${item.key.sk} cannot be read: ${error}`);
      }
    }
  }
}

/** The entries of `[compacted, tail)`, whose pages form a chain. */
function pageEntries(
  pages: readonly IndexPage[],
  head: Head,
  inHead: readonly PlacedEntry[],
  problem: Problem,
): PlacedEntry[] {
  const entries: PlacedEntry[] = [];
  let at: number = head.compacted;
  let maxTimestamp = -1;
  for (const page of pages) {
    if (page.base < head.compacted) continue; // garbage, whatever it says
    if (page.base >= head.tail) {
      checkUnfinishedRoll(page, head, inHead, problem);
      continue;
    }
    if (page.base !== at) problem('I1', `page ${page.base} should begin at ${at}`);
    maxTimestamp = Math.max(maxTimestamp, ...page.entries.map(({ entry }) => entry.maxTimestamp));
    if (page.maxTimestamp < maxTimestamp) {
      problem('I4', `page ${page.base} says timestamp ${page.maxTimestamp}, below ${maxTimestamp}`);
    }
    maxTimestamp = Math.max(maxTimestamp, page.maxTimestamp);
    entries.push(...page.entries);
    at = page.to;
  }
  if (at !== head.tail) problem('I1', `the pages end at ${at}, the head begins at ${head.tail}`);
  return entries;
}

/** A page that was put and whose trim did not come yet tells the same as the head. */
function checkUnfinishedRoll(
  page: IndexPage,
  head: Head,
  inHead: readonly PlacedEntry[],
  problem: Problem,
): void {
  const same = inHead.slice(0, page.entries.length);
  const isPrefix = page.base === head.tail && JSON.stringify(same) === JSON.stringify(page.entries);
  if (!isPrefix) problem('I4', `page ${page.base} and the head from ${head.tail} tell different things`);
}

/** Each begins where the one before ends, stands there once, and under no earlier epoch than those before it. */
function checkOrder(entries: readonly PlacedEntry[], head: Head, problem: Problem): void {
  const appendIds = new Set<string>();
  let at: number = head.compacted;
  let epoch = 0;
  for (const { appendId, base, entry } of entries) {
    if (base > at) problem('I1', `offsets ${at} to ${base} are a hole`);
    if (base < at) problem('I1', `the entry at ${base} overlaps the one before it, which ends at ${at}`);
    if (appendIds.has(appendId)) problem('I2', `append ${appendId} stands there twice, again at ${base}`);
    if (entry.leaderEpoch < epoch)
      problem('I2', `the entry at ${base} came under epoch ${entry.leaderEpoch}, after ${epoch}`);
    appendIds.add(appendId);
    epoch = Math.max(epoch, entry.leaderEpoch);
    at = base + entry.count;
  }
  if (at !== head.next) problem('I1', `the entries end at ${at}, next is ${head.next}`);
  if (epoch > head.epoch) problem('I2', `an entry came under epoch ${epoch}, the head is in ${head.epoch}`);
}
