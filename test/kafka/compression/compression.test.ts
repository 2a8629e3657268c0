import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compress, compressionIds, compressionOf, decompress } from '../../../lib/kafka/compression/index.ts';
import { compressions } from '../batches.ts';

const MIB = 1024 * 1024;
const codecs = compressions.slice(1);

/** Noise of few letters, with repetitions at all distances: matches of every kind. */
const text = fc
  .tuple(
    fc.array(fc.uint8Array({ max: 3, maxLength: 40 }), { maxLength: 40 }),
    fc.array(fc.nat(), { maxLength: 60 }),
  )
  .map(([words, order]) => Buffer.concat(order.map((at) => words[at % words.length] ?? Buffer.alloc(0))));

test.each(codecs)('%s: what was compressed comes back', (codec) => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), text), (bytes) => {
      const back = decompress(codec, compress(codec, bytes), bytes.length);
      expect(Buffer.compare(back, bytes)).toBe(0);
    }),
    { numRuns: 1000 },
  );
});

test.each(codecs)('%s: nothing, and more than one block of either kind, come back', (codec) => {
  const noise = Buffer.alloc(200_000).map((_, at) => Math.imul(at + 1, 0x9e3779b1) >>> 24);
  const alike = Buffer.alloc(200_000, 'abc');
  for (const bytes of [Buffer.alloc(0), noise, alike, Buffer.concat([alike, noise, alike])]) {
    const compressed = compress(codec, bytes);
    expect(Buffer.compare(decompress(codec, compressed, MIB), bytes)).toBe(0);
    expect(compressed.length).toBeLessThan(bytes.length * 1.01 + 100);
  }
});

/** Streams of at least 64 MiB, made without ever holding as much. */
const bombs = {
  gzip: Buffer.concat(Array.from({ length: 64 }, () => gzipSync(Buffer.alloc(MIB)))),
  // A window of 2 MiB, then 512 blocks that each repeat one byte 128 KiB times; RFC 8878 §3.1.1.
  zstd: Buffer.concat([
    Buffer.from('28b52ffd0058', 'hex'),
    ...Array.from({ length: 511 }, () => Buffer.from('02001000', 'hex')),
    Buffer.from('03001000', 'hex'),
  ]),
  lz4: compressRepeatedly('lz4', 64 * 1024, 7, 4),
  snappy: compressRepeatedly('snappy', 32 * 1024, 16, 0),
} as const;

/** One block of a frame, as often as 64 MiB take it. */
function compressRepeatedly(codec: 'lz4' | 'snappy', blockBytes: number, head: number, tail: number): Buffer {
  const frame = compress(codec, Buffer.alloc(blockBytes));
  const block = frame.subarray(head, frame.length - tail);
  const blocks = Array.from({ length: (64 * MIB) / blockBytes }, () => block);
  return Buffer.concat([frame.subarray(0, head), ...blocks, frame.subarray(frame.length - tail)]);
}

const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

test.each(Object.entries(bombs))(
  '%s: a bomb of 64 MiB is refused before it takes up memory',
  (codec, bomb) => {
    const before = peakBytes();
    expect(() => decompress(codec as keyof typeof bombs, bomb, MIB)).toThrow(
      expect.objectContaining({ error: 'MESSAGE_TOO_LARGE' }),
    );
    expect(peakBytes() - before).toBeLessThan(16 * MIB);
  },
);

test.each(Object.entries(bombs))(
  '%s: the bomb is a good stream to whoever has room for it',
  (codec, bomb) => {
    expect(decompress(codec as keyof typeof bombs, bomb, 64 * MIB).length).toBe(64 * MIB);
  },
);

test.each(codecs)('%s: a stream that ends early is damaged', (codec) => {
  const stream = compress(codec, Buffer.alloc(1000, 'some bytes that repeat'));
  for (let length = 0; length < stream.length; length++) {
    // Xerial's frame has no end mark: its header alone is a whole stream of nothing.
    if (codec === 'snappy' && length === 16) continue;
    expect(() => decompress(codec, stream.subarray(0, length), MIB)).toThrow(
      expect.objectContaining({ error: 'CORRUPT_MESSAGE' }),
    );
  }
});

test.each(codecs)('%s: bytes behind the end of the stream are damage', (codec) => {
  const stream = Buffer.concat([
    compress(codec, Buffer.alloc(1000, 'abc')),
    Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]),
  ]);
  expect(() => decompress(codec, stream, MIB)).toThrow(expect.objectContaining({ error: 'CORRUPT_MESSAGE' }));
});

test('a second zstd frame is not dropped without a word', () => {
  const frames = Buffer.concat([zstdCompressSync('one'), zstdCompressSync('two')]);
  expect(() => decompress('zstd', frames, MIB)).toThrow(
    expect.objectContaining({ error: 'CORRUPT_MESSAGE' }),
  );
});

test('several gzip members are one stream', () => {
  const members = Buffer.concat([gzipSync('one'), gzipSync('two')]);
  expect(Buffer.from(decompress('gzip', members, MIB)).toString()).toBe('onetwo');
});

test('codecs go by the ids of the protocol', () => {
  expect(compressionIds).toEqual({ none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 });
  expect([0, 1, 2, 3, 4].map(compressionOf)).toEqual(['none', 'gzip', 'snappy', 'lz4', 'zstd']);
  expect(() => compressionOf(5)).toThrow(expect.objectContaining({ error: 'UNSUPPORTED_COMPRESSION_TYPE' }));
});
