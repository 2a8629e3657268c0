import fc from 'fast-check';
import hashWasm from 'hash-wasm/dist/xxhash32.umd.min.js';
import { expect, test } from 'vitest';
import { lz4Decompress } from '../../../lib/kafka/compression/lz4.ts';
import {
  compressLz4Block,
  decompressLz4Block,
  lz4BlockBound,
} from '../../../lib/kafka/compression/lz4-block.ts';
import { outcomeOf } from '../batches.ts';

const hasher = await hashWasm.createXXHash32(0);
const hash = (bytes: Uint8Array): number =>
  Buffer.from(hasher.init().update(bytes).digest('binary')).readUInt32BE();

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

interface FrameParts {
  readonly flags: number;
  readonly blockMax?: number;
  readonly contentSize?: bigint;
  readonly blocks: readonly Buffer[];
  readonly contentChecksum?: number;
  readonly headerChecksum?: number;
}

function frame({
  flags,
  blockMax = 0x40,
  contentSize,
  blocks,
  contentChecksum,
  headerChecksum,
}: FrameParts): Buffer {
  const size = Buffer.alloc(contentSize === undefined ? 0 : 8);
  if (contentSize !== undefined) size.writeBigUInt64LE(contentSize);
  const descriptor = Buffer.concat([Buffer.from([flags, blockMax]), size]);
  const checksum = headerChecksum ?? (hash(descriptor) >>> 8) & 0xff;
  const tail = contentChecksum === undefined ? [] : [uint32(contentChecksum)];
  const head = [uint32(0x184d2204), descriptor, Buffer.from([checksum])];
  return Buffer.concat([...head, ...blocks, uint32(0), ...tail]);
}

const stored = (text: string): Buffer => Buffer.concat([uint32(0x80000000 + text.length), Buffer.from(text)]);
const withChecksum = (block: Buffer, wrong = 0): Buffer =>
  Buffer.concat([block, uint32(hash(block.subarray(4)) + wrong)]);

/** Repeats four bytes from five before, then ends with five literals. */
const backReference = Buffer.concat([
  uint32(9),
  Buffer.from('000500', 'hex'),
  Buffer.from('50', 'hex'),
  Buffer.from('12345'),
]);

const INDEPENDENT = 0x60;
const LINKED = 0x40;
const hello = hash(Buffer.from('hello'));

test.each([
  ['blocks that are stored', { flags: INDEPENDENT, blocks: [stored('hel'), stored('lo')] }, 'hello'],
  ['blocks that are linked', { flags: LINKED, blocks: [stored('hello'), backReference] }, 'hellohell12345'],
  ['block checksums', { flags: 0x70, blocks: [withChecksum(stored('hello'))] }, 'hello'],
  ['a content size', { flags: 0x68, contentSize: 5n, blocks: [stored('hello')] }, 'hello'],
  ['a content checksum', { flags: 0x64, blocks: [stored('hello')], contentChecksum: hello }, 'hello'],
  ['blocks of up to 4 MB', { flags: INDEPENDENT, blockMax: 0x70, blocks: [stored('hello')] }, 'hello'],
  ['no blocks', { flags: INDEPENDENT, blocks: [] }, ''],
])('a frame with %s is read', (_, parts, text) => {
  expect(Buffer.from(lz4Decompress(frame(parts), 100)).toString()).toBe(text);
});

test.each([
  ['another magic', Buffer.alloc(20), 'no LZ4 frame'],
  ['another version', frame({ flags: 0x80, blocks: [] }), 'flags 128'],
  ['a dictionary', frame({ flags: 0x61, blocks: [] }), 'flags 97'],
  ['an impossible block size', frame({ flags: INDEPENDENT, blockMax: 0x30, blocks: [] }), 'size 48'],
  [
    'a wrong header checksum',
    frame({ flags: INDEPENDENT, headerChecksum: 0, blocks: [] }),
    "header's checksum",
  ],
  [
    'a wrong block checksum',
    frame({ flags: 0x70, blocks: [withChecksum(stored('a'), 1)] }),
    "block's checksum",
  ],
  [
    'a wrong content checksum',
    frame({ flags: 0x64, blocks: [stored('a')], contentChecksum: 1 }),
    "content's",
  ],
  ['a content size too small', frame({ flags: 0x68, contentSize: 4n, blocks: [stored('hello')] }), 'longer'],
  ['a content size too large', frame({ flags: 0x68, contentSize: 6n, blocks: [stored('hello')] }), 'says 6'],
  ['a block above its size', frame({ flags: INDEPENDENT, blocks: [uint32(65_537)] }), 'block of 65537 bytes'],
  [
    'a reference across independent blocks',
    frame({ flags: INDEPENDENT, blocks: [stored('hello'), backReference] }),
    'before the block',
  ],
  [
    'a reference before the first block',
    frame({ flags: LINKED, blocks: [backReference] }),
    'before the block',
  ],
])('a frame with %s is damaged', (_, bytes, message) => {
  expect(() => lz4Decompress(bytes, 100)).toThrow(
    expect.objectContaining({ error: 'CORRUPT_MESSAGE', message: expect.stringContaining(message) }),
  );
});

test('a content size above the bound is refused before anything is allocated', () => {
  const bytes = frame({ flags: 0x68, contentSize: 2n ** 60n, blocks: [stored('hello')] });
  expect(() => lz4Decompress(bytes, 100)).toThrow(expect.objectContaining({ error: 'MESSAGE_TOO_LARGE' }));
});

test.each([
  ['literals', '5061626364', 4],
  ['a match', '1061010050', 4],
  ['a long match', '1f610100ffff00', 400],
])('a block whose %s do not fit says so and writes no further', (_, block, room) => {
  const out = Buffer.alloc(1000, 0xee);
  const bytes = Buffer.from(`${block}6162636465`, 'hex');
  expect(decompressLz4Block(bytes, out, { start: 0, end: room, windowStart: 0 })).toBeUndefined();
  expect(out.subarray(room).every((byte) => byte === 0xee)).toBe(true);
});

test('a block of any bytes never writes outside its room', () => {
  fc.assert(
    fc.property(fc.uint8Array({ max: 31, maxLength: 60 }), fc.nat(60), (block, room) => {
      const out = Buffer.alloc(100, 0xee);
      const next = outcomeOf(() =>
        decompressLz4Block(block, out, { start: 20, end: 20 + room, windowStart: 20 }),
      );
      if (typeof next === 'number') expect(next).toBeLessThanOrEqual(20 + room);
      expect(out.subarray(0, 20).every((byte) => byte === 0xee)).toBe(true);
      expect(out.subarray(20 + room).every((byte) => byte === 0xee)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

/** Where each match of a block begins and ends in what it decompresses to. */
function matchesOf(block: Uint8Array): { start: number; end: number }[] {
  const matches: { start: number; end: number }[] = [];
  let at = 0;
  let out = 0;
  const extended = (base: number): number => {
    let length = base;
    let byte = base === 15 ? 255 : 0;
    while (byte === 255) {
      byte = block[at++] ?? 0;
      length += byte;
    }
    return length;
  };
  while (at < block.length) {
    const token = block[at++] ?? 0;
    const literals = extended(token >>> 4);
    at += literals;
    out += literals;
    if (at >= block.length) return matches;
    at += 2;
    const length = extended(token & 15) + 4;
    matches.push({ start: out, end: out + length });
    out += length;
  }
  return matches;
}

test('no match begins in the last twelve bytes of a block or reaches into its last five', () => {
  fc.assert(
    fc.property(fc.uint8Array({ max: 1, minLength: 1, maxLength: 80 }), (bytes) => {
      const out = new Uint8Array(lz4BlockBound(bytes.length));
      for (const { start, end } of matchesOf(out.subarray(0, compressLz4Block(bytes, out)))) {
        expect(start).toBeLessThanOrEqual(bytes.length - 12);
        expect(end).toBeLessThanOrEqual(bytes.length - 5);
      }
    }),
    { numRuns: 2000 },
  );
});
