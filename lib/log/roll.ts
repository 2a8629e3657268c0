import type { Offset } from '../kafka/types.ts';
import { NotDoneError, RefusedError, UnknownOutcomeError } from '../storage/errors.ts';
import type { Head, HeadTrim, PartitionKey } from '../storage/head.ts';
import { TRIM_PRODUCERS_MAX } from '../storage/heads/trim.ts';
import type { Item } from '../storage/item.ts';
import { pageKey, producerKey } from '../storage/keys.ts';
import type { MetadataStore } from '../storage/metadata-store.ts';
import { decodeIndexPage, encodeIndexPage, type IndexPage, placeHeadEntries } from './codec/index-page.ts';
import { pagesBefore } from './index/entries.ts';
import { assertInvariant } from './invariant.ts';

/** The appender whose update made the head hold exactly so many entries rolls. */
const ROLL_AT_ENTRIES = 10;
/** At each multiple of this it is done anew: the one that should have may have died. */
const ROLL_ANEW_EVERY_ENTRIES = 20;
/** One appender rolls so often in a row; then it is somebody else's turn. */
const ROLLS_MAX = 10;
/** Above so many entries appends wait for the roll, so that the head never outgrows its store. */
export const APPENDS_WAIT_ABOVE_ENTRIES = 100;
/** Above so many producers the next roll takes out busy ones too, and appends wait for it. */
export const PRODUCERS_LEAVE_ABOVE = 100;
/** A page is one item, and its trim one update that names each entry. */
const ENTRIES_PER_PAGE_MAX = 100;

/**
 * Whether the appender that was shown this head by its own append has to roll. Each append shows its appender another
 * count, so few do at once, however many append.
 */
export function shouldRoll({ entries }: Head): boolean {
  if (entries.length === ROLL_AT_ENTRIES) return true;
  return entries.length > 0 && entries.length % ROLL_ANEW_EVERY_ENTRIES === 0;
}

/**
 * Rolls, and rolls again as long as others have appended another ten meanwhile: so one appender does it for all, and
 * the head stays small. Returns the head as it then is.
 */
export async function rollOn(metadata: MetadataStore, partition: PartitionKey, seen: Head): Promise<Head> {
  let head = seen;
  for (let rolls = 0; rolls < ROLLS_MAX && head.entries.length >= ROLL_AT_ENTRIES; rolls += 1) {
    const rolled = await roll(metadata, partition, head);
    if (rolled === undefined) break;
    head = rolled;
  }
  return head;
}

/**
 * Moves the head's entries into an index page: the page first, then the trim, so that until the trim both places
 * tell the same truth. Producers that were idle since the last roll leave with them, and busy ones where there are too many. Whatever another appender
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
    const evict = await writeOutProducers(metadata, partition, seen);
    const page = await putPage(metadata, partition, seen);
    if (page === undefined) return undefined;
    const remove = page.entries.map(({ appendId }) => appendId);
    const trim = { partition, from: page.base, to: page.to, remove };
    return await trimHead(metadata, { ...trim, evict });
  } catch (error) {
    if (error instanceof NotDoneError || error instanceof UnknownOutcomeError) return undefined;
    throw error;
  }
}

/** Of the producers, those leave that sent nothing since they were written out. */
async function trimHead(metadata: MetadataStore, trim: HeadTrim): Promise<Head | undefined> {
  const outcome = await metadata.trim(trim);
  if (outcome.kind === 'done') {
    const { tail } = outcome.head;
    assertInvariant('I1', tail === trim.to, `trimmed to ${trim.to}, the tail is ${tail}`);
    return outcome.head;
  }
  const { head } = outcome;
  if (trim.evict.length === 0 || head === undefined || head.deleted || head.tail !== trim.from)
    return undefined;
  const idle = trim.evict.filter(({ producerId, written }) => {
    const state = head.producers.get(producerId);
    return state !== undefined && Buffer.compare(state, written) === 0;
  });
  return trimHead(metadata, { ...trim, evict: idle.length < trim.evict.length ? idle : [] });
}

/**
 * Puts page `i#<tail>` with the head's first entries: all of them, but for a head that very many processes filled at
 * once. Adopts the page that is there already.
 */
async function putPage(
  metadata: MetadataStore,
  partition: PartitionKey,
  head: Head,
): Promise<IndexPage | undefined> {
  const placed = placeHeadEntries(head.tail, head.next, head.entries);
  const entries = placed.slice(0, ENTRIES_PER_PAGE_MAX);
  const to = placed[entries.length]?.base ?? head.next;
  const timestamps = entries.map(({ entry }) => entry.maxTimestamp);
  const maxTimestamp = Math.max(
    await maxTimestampBefore(metadata, partition, head, head.tail),
    ...timestamps,
  );
  const page = { base: head.tail, to, maxTimestamp, entries };
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
 * Writes the states of producers that leave to items of their own. Each item's version is read first, then the head,
 * then the head's state is put under that version: so an older state never overwrites a newer one (I6). Should
 * the write be refused or its fate be unknown, nobody leaves in this roll.
 */
async function writeOutProducers(
  metadata: MetadataStore,
  partition: PartitionKey,
  seen: Head,
): Promise<HeadTrim['evict']> {
  const leaving = leavingProducers(seen).slice(0, TRIM_PRODUCERS_MAX);
  if (leaving.length === 0) return [];
  const keys = leaving.map((producerId) => producerKey(partition, producerId));
  const items = await metadata.getMany(keys);
  const head = await metadata.getHead(partition);
  if (head === undefined || head.deleted) return [];
  const evict = leaving.flatMap((producerId, index) => {
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

/**
 * Producers without a batch among the head's entries: they sent nothing since the last roll. Where the head has too
 * many, the others too, the one whose last batch is oldest first.
 */
function leavingProducers(head: Head): string[] {
  const active = new Set<string>();
  for (const { entry } of placeHeadEntries(head.tail, head.next, head.entries)) {
    for (const { producerId } of entry.producerBatches) {
      active.delete(String(producerId));
      active.add(String(producerId));
    }
  }
  const idle = [...head.producers.keys()].filter((producerId) => !active.has(producerId));
  return head.producers.size > PRODUCERS_LEAVE_ABOVE ? [...idle, ...active] : idle;
}
