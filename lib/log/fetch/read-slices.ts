import { inlineIntakeKey, intakeObjectKey } from '../../storage/keys.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import { settleAll } from '../../storage/settle-all.ts';
import type { PlacedEntry } from '../codec/index-page.ts';
import { IndexMovedError } from '../index/index-moved.ts';
import { retryRepeatable } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import { openSlice, type Slice } from './slice.ts';
import type { SliceCache } from './slice-cache.ts';

export interface SliceSource {
  readonly metadata: MetadataStore;
  readonly objects: ObjectStore;
  readonly cache: SliceCache;
  readonly runtime: Runtime;
}

/** A run of neighbouring slices of one object, read as one range. */
interface Range {
  readonly first: PlacedEntry;
  length: number;
  readonly entries: PlacedEntry[];
}

const READS_AT_ONCE_MAX = 8;
const ITEMS_PER_READ = 100;

/**
 * The entries' slices, in their order: from the cache, or read and put there. A batch is verified when its bytes are
 * taken from the slice.
 *
 * @throws IndexMovedError when an object is gone; KafkaError CORRUPT_MESSAGE when one is cut or has other headers.
 */
export async function readSlices(source: SliceSource, entries: readonly PlacedEntry[]): Promise<Slice[]> {
  const slices = new Map<PlacedEntry, Slice>();
  const missing: PlacedEntry[] = [];
  for (const placed of entries) {
    const cached = source.cache.get(placed.entry);
    if (cached === undefined) missing.push(placed);
    else slices.set(placed, cached);
  }
  const inline = missing.filter(({ entry }) => entry.inline);
  const ranges = toRanges(missing.filter(({ entry }) => !entry.inline));
  if (inline.length > 0) await readInline(source, inline, slices);
  for (let from = 0; from < ranges.length; from += READS_AT_ONCE_MAX) {
    const some = ranges.slice(from, from + READS_AT_ONCE_MAX);
    await settleAll(some.map((range) => readRange(source, range, slices)));
  }
  return entries.flatMap((placed) => {
    const slice = slices.get(placed);
    return slice === undefined ? [] : [slice];
  });
}

function toRanges(entries: readonly PlacedEntry[]): Range[] {
  const ranges: Range[] = [];
  for (const placed of entries) {
    const last = ranges.at(-1);
    const { objectId, position, length } = placed.entry;
    const end = last === undefined ? -1 : last.first.entry.position + last.length;
    if (last !== undefined && last.first.entry.objectId === objectId && end === position) {
      last.length += length;
      last.entries.push(placed);
    } else {
      ranges.push({ first: placed, length, entries: [placed] });
    }
  }
  return ranges;
}

async function readRange(source: SliceSource, range: Range, into: Map<PlacedEntry, Slice>): Promise<void> {
  const { objectId, position } = range.first.entry;
  const bytes = await retryRepeatable(source.runtime, () =>
    source.objects.get(intakeObjectKey(objectId), { position, length: range.length }),
  );
  if (bytes === undefined) throw new IndexMovedError(`object ${objectId} is gone`);
  keep(source, bytes, position, range.entries, into);
}

async function readInline(
  source: SliceSource,
  entries: readonly PlacedEntry[],
  into: Map<PlacedEntry, Slice>,
): Promise<void> {
  for (let from = 0; from < entries.length; from += ITEMS_PER_READ) {
    const some = entries.slice(from, from + ITEMS_PER_READ);
    const keys = some.map(({ entry }) => inlineIntakeKey(entry.objectId));
    const items = await retryRepeatable(source.runtime, () => source.metadata.getMany(keys));
    some.forEach((placed, index) => {
      const object = items[index]?.data;
      const { objectId, position, length } = placed.entry;
      if (object === undefined) throw new IndexMovedError(`intake item ${objectId} is gone`);
      // A copy, so that a small slice in the cache does not hold on to a large item.
      const bytes = new Uint8Array(object.subarray(position, position + length));
      keep(source, bytes, position, [placed], into);
    });
  }
}

/** Cuts `bytes`, which stood at `position` of their object, into the slices of neighbouring entries. */
function keep(
  source: SliceSource,
  bytes: Uint8Array,
  position: number,
  entries: readonly PlacedEntry[],
  into: Map<PlacedEntry, Slice>,
): void {
  for (const placed of entries) {
    const from = placed.entry.position - position;
    const slice = openSlice(bytes.subarray(from, from + placed.entry.length), placed);
    source.cache.set(placed.entry, slice);
    into.set(placed, slice);
  }
}
