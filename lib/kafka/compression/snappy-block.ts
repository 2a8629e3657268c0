import { copyLiteral, copyMatch } from './copy.ts';
import { damaged } from './errors.ts';

/**
 * Snappy's raw format (github.com/google/snappy, format_description.txt), little-endian:
 *
 *   Block   => Length [Element]
 *     Length  => unsigned varint, up to 32 bits: what the block decompresses to
 *   Element => Tag ..., by the lowest two bits of the tag
 *     0: literal; length - 1 in the upper six bits, or (60 to 63) in the 1 to 4 bytes that follow
 *     1: copy of 4 to 11 bytes, distance of 11 bits
 *     2: copy of 1 to 64 bytes, distance of 16 bits
 *     3: copy of 1 to 64 bytes, distance of 32 bits
 *
 * Written by hand because npm's pure JavaScript codec (snappyjs) can be sent into an endless loop by a literal
 * whose length has its highest bit set, and does not notice a block that ends early.
 */
const LITERAL_LENGTH_INLINE_MAX = 60;
const LENGTH_BYTES_MAX = 5;

/** What a block says that it decompresses to, and where its elements begin. */
export function readSnappyLength(block: Uint8Array): { length: number; position: number } {
  let length = 0;
  for (let position = 0; position < Math.min(block.length, LENGTH_BYTES_MAX); position++) {
    const byte = block[position] as number;
    length += (byte & 0x7f) * 2 ** (7 * position);
    if (byte < 0x80) return { length, position: position + 1 };
  }
  throw damaged('snappy', 'a block does not say its length');
}

function readLittleEndian(block: Uint8Array, at: number, bytes: number): number {
  if (at + bytes > block.length) throw damaged('snappy', 'a block is cut short');
  let value = 0;
  for (let index = bytes - 1; index >= 0; index--) value = value * 256 + (block[at + index] as number);
  return value;
}

/**
 * Decompresses a block into `out` from `start` on. It never writes behind the length that the block says, for
 * which `out` must have room; returns the position behind it.
 *
 * @throws KafkaError CORRUPT_MESSAGE
 */
export function decompressSnappyBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  const { length: total, position } = readSnappyLength(block);
  const end = start + total;
  let at = position;
  let written = start;
  while (at < block.length) {
    const tag = block[at++] as number;
    const kind = tag & 0x03;
    if (kind === 0) {
      let length = (tag >>> 2) + 1;
      if (length > LITERAL_LENGTH_INLINE_MAX) {
        const bytes = length - LITERAL_LENGTH_INLINE_MAX;
        length = readLittleEndian(block, at, bytes) + 1;
        at += bytes;
      }
      if (length > block.length - at) throw damaged('snappy', 'a literal is cut short');
      if (length > end - written) throw damaged('snappy', 'a block is longer than it says');
      copyLiteral(block, at, out, written, length);
      at += length;
      written += length;
    } else {
      const bytes = kind === 3 ? 4 : kind;
      const low = readLittleEndian(block, at, bytes);
      at += bytes;
      const distance = kind === 1 ? low + ((tag >>> 5) << 8) : low;
      const length = kind === 1 ? ((tag >>> 2) & 0x07) + 4 : (tag >>> 2) + 1;
      if (distance === 0 || distance > written - start)
        throw damaged('snappy', 'a copy from before the block');
      if (length > end - written) throw damaged('snappy', 'a block is longer than it says');
      copyMatch(out, written, distance, length);
      written += length;
    }
  }
  if (written !== end) throw damaged('snappy', `a block says ${total} bytes and has ${written - start}`);
  return end;
}
