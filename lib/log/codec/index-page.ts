import { asOffset, type Offset } from '../../kafka/types.ts';
import type { HeadEntry } from '../../storage/head.ts';
import type { Attributes, Item } from '../../storage/item.ts';
import { assertInvariant } from '../invariant.ts';
import { decodeLogEntry, encodeLogEntry, type LogEntry } from './log-entry.ts';

/** An entry with its place in the partition. */
export interface PlacedEntry {
  readonly appendId: string;
  readonly base: Offset;
  readonly entry: LogEntry;
}

/**
 * An index page `i#<base>`: entries that left the head, dense from `base` up to, and without, `to`.
 *
 *     data: entries * (append id 8 | length u16 | entry)
 *
 * Bases are not kept: they are sums of counts (I1).
 */
export interface IndexPage {
  readonly base: Offset;
  readonly to: Offset;
  /** Greatest timestamp of all records below `to`, so that pages can be bisected by time (-1: none). */
  readonly maxTimestamp: number;
  readonly entries: readonly PlacedEntry[];
}

const ENTRY_HEADER_BYTES = 10;
const APPEND_ID_BYTES = 8;

export function encodeIndexPage(page: IndexPage): { attributes: Attributes; data: Uint8Array } {
  assertDense(page);
  const parts: Uint8Array[] = [];
  for (const { appendId, entry } of page.entries) {
    const bytes = encodeLogEntry(entry);
    const header = Buffer.alloc(ENTRY_HEADER_BYTES);
    assertInvariant('I2', header.write(appendId, 'base64url') === APPEND_ID_BYTES, `append id ${appendId}`);
    header.writeUInt16BE(bytes.length, APPEND_ID_BYTES);
    parts.push(header, bytes);
  }
  const attributes = { base: page.base, to: page.to, maxTimestamp: page.maxTimestamp };
  return { attributes, data: Buffer.concat(parts) };
}

/** @throws RangeError or InvariantError when the item is no whole page. */
export function decodeIndexPage(item: Item): IndexPage {
  const { base, to, maxTimestamp } = item.attributes;
  const data = item.data;
  if (
    typeof base !== 'number' ||
    typeof to !== 'number' ||
    typeof maxTimestamp !== 'number' ||
    data === undefined
  ) {
    throw new RangeError(`index page ${item.key.sk} lacks its fields`);
  }
  const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const entries: PlacedEntry[] = [];
  let next = base;
  for (let at = 0; at < buffer.length; ) {
    const end = at + ENTRY_HEADER_BYTES + buffer.readUInt16BE(at + APPEND_ID_BYTES);
    if (end > buffer.length) throw new RangeError(`index page ${item.key.sk} is cut short`);
    const entry = decodeLogEntry(buffer.subarray(at + ENTRY_HEADER_BYTES, end));
    const appendId = buffer.toString('base64url', at, at + APPEND_ID_BYTES);
    entries.push({ appendId, base: asOffset(next), entry });
    next += entry.count;
    at = end;
  }
  const page = { base: asOffset(base), to: asOffset(to), maxTimestamp, entries };
  assertDense(page);
  return page;
}

/** Reads a head's entries, which stand dense from `tail` to `next`. */
export function placeHeadEntries(tail: Offset, next: Offset, entries: readonly HeadEntry[]): PlacedEntry[] {
  const placed = entries.map(({ appendId, base, entry }) => ({
    appendId,
    base,
    entry: decodeLogEntry(entry),
  }));
  assertInvariant('I1', isDense(tail, next, placed), `head entries do not fill ${tail} to ${next}`);
  return placed;
}

function assertDense(page: IndexPage): void {
  assertInvariant('I1', page.entries.length > 0, `page ${page.base} is empty`);
  assertInvariant(
    'I1',
    isDense(page.base, page.to, page.entries),
    `page ${page.base} to ${page.to} has a hole`,
  );
}

function isDense(from: Offset, to: Offset, entries: readonly PlacedEntry[]): boolean {
  let next: number = from;
  for (const { base, entry } of entries) {
    if (base !== next) return false;
    next += entry.count;
  }
  return next === to;
}
