import type { Offset } from '../kafka/types.ts';
import { NotDoneError, RefusedError, UnknownOutcomeError } from '../storage/errors.ts';
import type { Head, HeadTrim, PartitionKey } from '../storage/head.ts';
import type { Item } from '../storage/item.ts';
import { pageKey, producerKey } from '../storage/keys.ts';
import type { MetadataStore } from '../storage/metadata-store.ts';
import { decodeIndexPage, encodeIndexPage, type IndexPage, placeHeadEntries } from './codec/index-page.ts';
import { pagesBefore } from './index/entries.ts';
import { assertInvariant } from './invariant.ts';

/** The appender whose update made the head hold exactly so many entries rolls. */
const ROLL_AT_ENTRIES = 10;
/** From here on any appender does: the one that should have may have died. */
const ROLL_ALWAYS_FROM_ENTRIES = 20;
/** Above this, appends wait for the roll, so that the head never outgrows its store. */
export const APPENDS_WAIT_ABOVE_ENTRIES = 100;

const EVICTIONS_PER_ROLL_MAX = 50;

/** Whether the appender that was shown this head by its own append has to roll. */
export function shouldRoll(head: Head): boolean {
  return head.entries.length === ROLL_AT_ENTRIES || head.entries.length >= ROLL_ALWAYS_FROM_ENTRIES;
}

/**
 * Moves the head's entries into an index page: the page first, then the trim, so that until the trim both places
 * tell the same truth. Producers that were idle since the last roll leave with them. Whatever another appender
 * did first is adopted; whatever is left undone by a fault is left to a later roll.
 *
 * Returns the head as it then is, or `undefined` when this roll came to nothing.
 */
export async function roll(
  metadata: MetadataStore,
  partition: PartitionKey,
  seen: Head,
): Promise<Head | undefined> {
  if (seen.entries.length === 0) return undefined;
  try {
    const evict = await writeOutIdleProducers(metadata, partition, seen);
    const page = await putPage(metadata, partition, seen);
    if (page === undefined) return undefined;
    const remove = page.entries.map(({ appendId }) => appendId);
    const trim = { partition, from: page.base, to: page.to, remove };
    return (
      (await trimHead(metadata, { ...trim, evict })) ?? (await trimHead(metadata, { ...trim, evict: [] }))
    );
  } catch (error) {
    if (error instanceof NotDoneError || error instanceof UnknownOutcomeError) return undefined;
    throw error;
  }
}

async function trimHead(metadata: MetadataStore, trim: HeadTrim): Promise<Head | undefined> {
  const outcome = await metadata.trim(trim);
  if (outcome.kind === 'refused') return undefined;
  assertInvariant(
    'I1',
    outcome.head.tail === trim.to,
    `trimmed to ${trim.to}, the tail is ${outcome.head.tail}`,
  );
  return outcome.head;
}

/** Puts page `i#<tail>` with all entries of the head; adopts the page that is there already. */
async function putPage(
  metadata: MetadataStore,
  partition: PartitionKey,
  head: Head,
): Promise<IndexPage | undefined> {
  const entries = placeHeadEntries(head.tail, head.next, head.entries);
  const timestamps = entries.map(({ entry }) => entry.maxTimestamp);
  const maxTimestamp = Math.max(
    await maxTimestampBefore(metadata, partition, head, head.tail),
    ...timestamps,
  );
  const page = { base: head.tail, to: head.next, maxTimestamp, entries };
  const key = pageKey(partition, head.tail);
  try {
    await metadata.write([{ kind: 'put', key, ...encodeIndexPage(page), condition: 'absent' }]);
    return page;
  } catch (error) {
    if (!(error instanceof RefusedError || error instanceof UnknownOutcomeError)) throw error;
    // Somebody's page stands there, or ours does; where neither does, ours may still come, and tells the truth.
    const standing = await metadata.get(key);
    return standing === undefined ? undefined : decodeIndexPage(standing);
  }
}

async function maxTimestampBefore(
  metadata: MetadataStore,
  partition: PartitionKey,
  head: Head,
  offset: Offset,
): Promise<number> {
  const [before] = await pagesBefore(metadata, partition, head, offset, 1);
  return before?.maxTimestamp ?? -1;
}

/**
 * Writes the states of idle producers to items of their own. Each item's version is read first, then the head,
 * then the head's state is put under that version: so an older state never overwrites a newer one (I6). Should
 * the write be refused or its fate be unknown, nobody leaves in this roll.
 */
async function writeOutIdleProducers(
  metadata: MetadataStore,
  partition: PartitionKey,
  seen: Head,
): Promise<HeadTrim['evict']> {
  const idle = idleProducers(seen).slice(0, EVICTIONS_PER_ROLL_MAX);
  if (idle.length === 0) return [];
  const keys = idle.map((producerId) => producerKey(partition, producerId));
  const items = await metadata.getMany(keys);
  const head = await metadata.getHead(partition);
  if (head === undefined || head.deleted) return [];
  const evict = idle.flatMap((producerId, index) => {
    const written = head.producers.get(producerId);
    return written === undefined ? [] : [{ producerId, written, item: items[index] }];
  });
  if (evict.length === 0) return [];
  try {
    await metadata.write(
      evict.map(({ producerId, written, item }) => putState(partition, producerId, written, item)),
    );
  } catch (error) {
    if (error instanceof RefusedError || error instanceof UnknownOutcomeError) return [];
    throw error;
  }
  return evict.map(({ producerId, written }) => ({ producerId, written }));
}

function putState(partition: PartitionKey, producerId: string, state: Uint8Array, item: Item | undefined) {
  return {
    kind: 'put' as const,
    key: producerKey(partition, producerId),
    attributes: {},
    data: state,
    condition: item === undefined ? ('absent' as const) : { version: item.version },
  };
}

/** Producers of the head without a batch among its entries: they sent nothing since the last roll. */
function idleProducers(head: Head): string[] {
  const active = new Set<string>();
  for (const { entry } of placeHeadEntries(head.tail, head.next, head.entries)) {
    for (const { producerId } of entry.producerBatches) active.add(String(producerId));
  }
  return [...head.producers.keys()].filter((producerId) => !active.has(producerId));
}
