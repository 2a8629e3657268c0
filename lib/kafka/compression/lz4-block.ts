import { copyLiteral, copyMatch } from './copy.ts';
import { damaged } from './errors.ts';

/**
 * LZ4's block format (github.com/lz4/lz4, lz4_Block_format.md):
 *
 *   Block    => [Sequence]
 *   Sequence => Token LiteralLength Literals Distance MatchLength; the last one ends with its literals
 *     Token         => upper four bits: literals, lower four: match length - 4; 15 of either continues below
 *     LiteralLength => bytes that are added up, until one is not 255
 *     Distance      => uint16, little-endian, 1 and up
 *     MatchLength   => as LiteralLength
 *
 * Written by hand because npm's pure JavaScript codec (lz4js) checks nothing while decompressing, and begins
 * matches closer to a block's end than the format allows; the others are native or load a file at run time, which
 * a bundle does not have.
 */
const LENGTH_CONTINUES = 15;
const MATCH_BYTES_MIN = 4;
/** No match begins in a block's last 12 bytes, and none reaches into its last 5. */
const MATCH_START_LIMIT = 12;
const LAST_LITERALS = 5;
const DISTANCE_MAX = 0xffff;
const HASH_BITS = 14;
/** After this many misses (as a power of two) the search takes longer steps. */
const SKIP_BITS = 6;

/** Adds up the bytes of a length from `at` on; the cursor moves behind them. */
function readLength(block: Uint8Array, cursor: { at: number }, base: number): number {
  let length = base;
  let byte = 255;
  while (byte === 255) {
    if (cursor.at >= block.length) throw damaged('lz4', 'a block is cut short');
    byte = block[cursor.at++] as number;
    length += byte;
  }
  return length;
}

/**
 * Decompresses a block into `out` from `start` on; matches may reach back to `windowStart`. Never writes at `end`
 * or behind it.
 *
 * @returns the position behind what was written, or `undefined` when there is no room.
 * @throws KafkaError CORRUPT_MESSAGE
 */
export function decompressLz4Block(
  block: Uint8Array,
  out: Uint8Array,
  { start, end, windowStart }: { start: number; end: number; windowStart: number },
): number | undefined {
  const cursor = { at: 0 };
  let written = start;
  while (cursor.at < block.length) {
    const token = block[cursor.at++] as number;
    let literals = token >>> 4;
    if (literals === LENGTH_CONTINUES) literals = readLength(block, cursor, literals);
    if (literals > block.length - cursor.at) throw damaged('lz4', 'literals are cut short');
    if (literals > end - written) return undefined;
    copyLiteral(block, cursor.at, out, written, literals);
    cursor.at += literals;
    written += literals;
    if (cursor.at === block.length) return written;
    if (cursor.at + 2 > block.length) throw damaged('lz4', 'a block is cut short');
    const distance = (block[cursor.at] as number) | ((block[cursor.at + 1] as number) << 8);
    cursor.at += 2;
    let length = token & 0x0f;
    if (length === LENGTH_CONTINUES) length = readLength(block, cursor, length);
    length += MATCH_BYTES_MIN;
    if (distance === 0 || distance > written - windowStart)
      throw damaged('lz4', 'a match from before the block');
    if (length > end - written) return undefined;
    copyMatch(out, written, distance, length);
    written += length;
  }
  throw damaged('lz4', 'a block does not end with literals');
}

/** More than {@link compressLz4Block} ever writes for this many bytes. */
export const lz4BlockBound = (bytes: number): number => bytes + Math.ceil(bytes / 255) + 16;

function writeLength(out: Uint8Array, at: number, length: number): number {
  let next = at;
  let rest = length - LENGTH_CONTINUES;
  for (; rest >= 255; rest -= 255) out[next++] = 255;
  out[next++] = rest;
  return next;
}

/** Writes a sequence's token and literals, `bytes` from `from` to `to`; the last sequence has no match. */
function writeLiterals(
  out: Uint8Array,
  at: number,
  {
    bytes,
    from,
    to,
    matchLength,
  }: { bytes: Uint8Array; from: number; to: number; matchLength: number | undefined },
): number {
  const length = to - from;
  const low = matchLength === undefined ? 0 : Math.min(matchLength - MATCH_BYTES_MIN, LENGTH_CONTINUES);
  let next = at;
  out[next++] = (Math.min(length, LENGTH_CONTINUES) << 4) | low;
  if (length >= LENGTH_CONTINUES) next = writeLength(out, next, length);
  copyLiteral(bytes, from, out, next, length);
  return next + length;
}

const read32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24);

function matchLengthAt(bytes: Uint8Array, candidate: number, at: number, limit: number): number {
  let end = at + MATCH_BYTES_MIN;
  let from = candidate + MATCH_BYTES_MIN;
  while (end < limit && bytes[end] === bytes[from]) {
    end++;
    from++;
  }
  return end - at;
}

/** Compresses into `out`, which has {@link lz4BlockBound} bytes; greedy, as LZ4's fast mode. Returns the length. */
export function compressLz4Block(bytes: Uint8Array, out: Uint8Array): number {
  const lastSeen = new Int32Array(1 << HASH_BITS).fill(-1);
  const lastStart = bytes.length - MATCH_START_LIMIT;
  const limit = bytes.length - LAST_LITERALS;
  let anchor = 0;
  let at = 0;
  let next = 0;
  let misses = 1 << SKIP_BITS;
  while (at <= lastStart) {
    const sequence = read32(bytes, at);
    const slot = Math.imul(sequence, 0x9e3779b1) >>> (32 - HASH_BITS);
    const candidate = lastSeen[slot] as number;
    lastSeen[slot] = at;
    if (candidate < 0 || at - candidate > DISTANCE_MAX || read32(bytes, candidate) !== sequence) {
      at += misses++ >>> SKIP_BITS;
      continue;
    }
    const length = matchLengthAt(bytes, candidate, at, limit);
    next = writeLiterals(out, next, { bytes, from: anchor, to: at, matchLength: length });
    const distance = at - candidate;
    out[next++] = distance & 0xff;
    out[next++] = distance >>> 8;
    if (length - MATCH_BYTES_MIN >= LENGTH_CONTINUES) next = writeLength(out, next, length - MATCH_BYTES_MIN);
    at += length;
    anchor = at;
    misses = 1 << SKIP_BITS;
  }
  return writeLiterals(out, next, { bytes, from: anchor, to: bytes.length, matchLength: undefined });
}
