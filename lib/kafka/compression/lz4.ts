import hashWasm from 'hash-wasm/dist/xxhash32.umd.min.js';
import { damaged, tooLarge } from './errors.ts';
import { compressLz4Block, decompressLz4Block, lz4BlockBound } from './lz4-block.ts';

/**
 * LZ4's frame format (github.com/lz4/lz4, lz4_Frame_format.md 1.6), little-endian:
 *
 *   Frame => Magic Flags BlockMax [ContentSize] HeaderChecksum [Block] EndMark [ContentChecksum]
 *     Magic           => uint32   184D2204
 *     Flags           => int8     bits 6-7 version (01), 5 blocks independent, 4 block checksums, 3 content size,
 *                                 2 content checksum, 1 reserved, 0 dictionary
 *     BlockMax        => int8     bits 4-6: 4 to 7 for 64 KB, 256 KB, 1 MB, 4 MB
 *     ContentSize     => uint64
 *     HeaderChecksum  => int8     second byte of xxHash32 from Flags on
 *     EndMark         => uint32   0
 *   Block => Size Data [Checksum]
 *     Size            => uint32   highest bit: not compressed
 *
 * Kafka writes one frame with independent blocks of 64 KB and none of the optional parts (KIP-57); so do we.
 */
const MAGIC = 0x184d2204;
const FLAGS_AT = 4;
const flag = {
  version: 0xc0,
  independent: 0x20,
  blockChecksum: 0x10,
  contentSize: 0x08,
  contentChecksum: 0x04,
};
const FLAGS_REFUSED = 0x03;
const VERSION_1 = 0x40;
const BLOCK_MAX_RESERVED = 0x8f;
const BLOCK_MAX_64_KB = 4;
const NOT_COMPRESSED = 0x8000_0000;
const WRITTEN_BLOCK_BYTES = 64 * 1024;
/** A compressed block grows to less than 255 times its size. */
const EXPANSION_MAX = 255;

const hasher = await hashWasm.createXXHash32(0);

function xxHash32(bytes: Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = hasher.init().update(bytes).digest('binary');
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

const headerChecksum = (descriptor: Uint8Array): number => (xxHash32(descriptor) >>> 8) & 0xff;

interface Block {
  readonly data: Uint8Array;
  readonly compressed: boolean;
}

interface Frame {
  readonly independent: boolean;
  readonly blockBytesMax: number;
  readonly contentSize: number | undefined;
  readonly contentChecksum: number | undefined;
  readonly blocks: readonly Block[];
}

/** Reads little-endian numbers and bytes, none behind the end. */
class FrameReader {
  readonly bytes: Buffer;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  take(length: number): Buffer {
    const start = this.position;
    if (length > this.bytes.length - start) throw damaged('lz4', 'the frame is cut short');
    this.position += length;
    return this.bytes.subarray(start, this.position);
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }
}

function readDescriptor(reader: FrameReader): { flags: number; blockBytesMax: number; contentSize?: number } {
  if (reader.uint32() !== MAGIC) throw damaged('lz4', 'it is no LZ4 frame');
  const [flags = 0, blockMax = 0] = reader.take(2);
  if ((flags & flag.version) !== VERSION_1 || (flags & FLAGS_REFUSED) !== 0) {
    throw damaged('lz4', `flags ${flags} are not those of a frame of version 1 without a dictionary`);
  }
  if ((blockMax & BLOCK_MAX_RESERVED) !== 0 || blockMax >>> 4 < BLOCK_MAX_64_KB) {
    throw damaged('lz4', `no blocks of size ${blockMax}`);
  }
  const blockBytesMax = 2 ** (8 + 2 * (blockMax >>> 4));
  const contentSize = (flags & flag.contentSize) !== 0 ? Number(reader.take(8).readBigUInt64LE()) : undefined;
  const descriptor = reader.bytes.subarray(FLAGS_AT, reader.position);
  if (reader.take(1)[0] !== headerChecksum(descriptor))
    throw damaged('lz4', "its header's checksum is wrong");
  return contentSize === undefined ? { flags, blockBytesMax } : { flags, blockBytesMax, contentSize };
}

function readFrame(bytes: Uint8Array): Frame {
  const reader = new FrameReader(bytes);
  const { flags, blockBytesMax, contentSize } = readDescriptor(reader);
  const blocks: Block[] = [];
  for (let size = reader.uint32(); size !== 0; size = reader.uint32()) {
    const length = size % NOT_COMPRESSED;
    if (length > blockBytesMax)
      throw damaged('lz4', `a block of ${length} bytes in a frame of ${blockBytesMax}`);
    const data = reader.take(length);
    blocks.push({ data, compressed: size < NOT_COMPRESSED });
    if ((flags & flag.blockChecksum) !== 0 && reader.uint32() !== xxHash32(data)) {
      throw damaged('lz4', "a block's checksum is wrong");
    }
  }
  const contentChecksum = (flags & flag.contentChecksum) !== 0 ? reader.uint32() : undefined;
  const left = bytes.length - reader.position;
  if (left > 0) throw damaged('lz4', `${left} bytes follow its end`);
  const independent = (flags & flag.independent) !== 0;
  return { independent, blockBytesMax, contentSize, contentChecksum, blocks };
}

/** What the blocks can decompress to at most, without looking into them. */
function contentBytesMax({ blocks, blockBytesMax, contentSize }: Frame): number {
  if (contentSize !== undefined) return contentSize;
  return blocks.reduce(
    (sum, { data, compressed }) =>
      sum + (compressed ? Math.min(blockBytesMax, data.length * EXPANSION_MAX) : data.length),
    0,
  );
}

function decompressBlock(
  { data, compressed }: Block,
  frame: Frame,
  out: Buffer,
  start: number,
): number | undefined {
  if (!compressed) {
    if (data.length > out.length - start) return undefined;
    out.set(data, start);
    return start + data.length;
  }
  const end = Math.min(out.length, start + frame.blockBytesMax);
  const written = decompressLz4Block(data, out, { start, end, windowStart: frame.independent ? start : 0 });
  if (written === undefined && end < out.length)
    throw damaged('lz4', 'a block is longer than its frame allows');
  return written;
}

/** Reads one LZ4 frame. Memory is bounded by `bytesMax` and by what the sizes of the blocks can hold. */
export function lz4Decompress(bytes: Uint8Array, bytesMax: number): Uint8Array {
  const frame = readFrame(bytes);
  if (frame.contentSize !== undefined && frame.contentSize > bytesMax) throw tooLarge(bytesMax);
  const out = Buffer.allocUnsafeSlow(Math.min(contentBytesMax(frame), bytesMax));
  let written = 0;
  for (const block of frame.blocks) {
    const next = decompressBlock(block, frame, out, written);
    if (next === undefined) {
      throw out.length === bytesMax ? tooLarge(bytesMax) : damaged('lz4', 'it is longer than it says');
    }
    written = next;
  }
  const content = out.subarray(0, written);
  if (frame.contentSize !== undefined && frame.contentSize !== written) {
    throw damaged('lz4', `it says ${frame.contentSize} bytes and has ${written}`);
  }
  if (frame.contentChecksum !== undefined && frame.contentChecksum !== xxHash32(content)) {
    throw damaged('lz4', "its content's checksum is wrong");
  }
  return content;
}

/** Writes one LZ4 frame as Kafka does. */
export function lz4Compress(bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(7);
  header.writeUInt32LE(MAGIC);
  header.writeUInt8(VERSION_1 | flag.independent, FLAGS_AT);
  header.writeUInt8(BLOCK_MAX_64_KB << 4, FLAGS_AT + 1);
  header.writeUInt8(headerChecksum(header.subarray(FLAGS_AT, FLAGS_AT + 2)), FLAGS_AT + 2);
  const parts: Uint8Array[] = [header];
  for (let at = 0; at < bytes.length; at += WRITTEN_BLOCK_BYTES) {
    const input = bytes.subarray(at, at + WRITTEN_BLOCK_BYTES);
    const block = Buffer.allocUnsafeSlow(lz4BlockBound(input.length));
    const length = compressLz4Block(input, block);
    const smaller = length < input.length;
    const size = Buffer.alloc(4);
    size.writeUInt32LE(smaller ? length : NOT_COMPRESSED + input.length);
    parts.push(size, smaller ? block.subarray(0, length) : input);
  }
  parts.push(Buffer.alloc(4));
  return Buffer.concat(parts);
}
