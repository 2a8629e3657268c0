import { compress as compressSnappyBlock } from 'snappyjs';
import { damaged, tooLarge } from './errors.ts';
import { decompressSnappyBlock, readSnappyLength } from './snappy-block.ts';

/**
 * Snappy as Kafka's Java client writes it, in the frame of the xerial library (github.com/xerial/snappy-java,
 * SnappyOutputStream), big-endian:
 *
 *   Stream => Magic Version CompatibleVersion [Chunk]
 *     Magic             => 82 'SNAPPY' 00
 *     Version           => int32   1
 *     CompatibleVersion => int32   1
 *   Chunk  => Length Block
 *     Length            => int32   of the block, a raw snappy block
 *
 * Other clients send one raw block without a frame; both are read, the frame is written.
 */
const XERIAL_HEADER = Buffer.from('82534e4150505900' + '00000001' + '00000001', 'hex');
const XERIAL_MAGIC = XERIAL_HEADER.subarray(0, 8);
const CHUNK_LENGTH_BYTES = 4;
/** What the xerial library puts into a chunk. */
const CHUNK_INPUT_BYTES = 32 * 1024;

export function snappyCompress(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [XERIAL_HEADER];
  for (let at = 0; at < bytes.length; at += CHUNK_INPUT_BYTES) {
    const input = bytes.subarray(at, at + CHUNK_INPUT_BYTES);
    const block = compressSnappyBlock(new Uint8Array(input.buffer, input.byteOffset, input.length));
    const length = Buffer.alloc(CHUNK_LENGTH_BYTES);
    length.writeInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

const isXerial = (bytes: Uint8Array): boolean =>
  bytes.length >= XERIAL_HEADER.length && XERIAL_MAGIC.equals(bytes.subarray(0, XERIAL_MAGIC.length));

function splitChunks(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const blocks: Uint8Array[] = [];
  let at = XERIAL_HEADER.length;
  while (at < bytes.length) {
    const start = at + CHUNK_LENGTH_BYTES;
    if (start > bytes.length) throw damaged('snappy', 'a chunk is cut short');
    const length = view.getInt32(at);
    if (length < 1 || length > bytes.length - start) {
      throw damaged('snappy', `a chunk says that it has ${length} bytes; ${bytes.length - start} are left`);
    }
    blocks.push(bytes.subarray(start, start + length));
    at = start + length;
  }
  return blocks;
}

/** Reads xerial's frame or one raw block; all lengths are added up before anything is allocated. */
export function snappyDecompress(bytes: Uint8Array, bytesMax: number): Uint8Array {
  const blocks = isXerial(bytes) ? splitChunks(bytes) : [bytes];
  const total = blocks.reduce((sum, block) => sum + readSnappyLength(block).length, 0);
  if (total > bytesMax) throw tooLarge(bytesMax);
  const out = Buffer.allocUnsafeSlow(total);
  let written = 0;
  for (const block of blocks) written = decompressSnappyBlock(block, out, written);
  return out;
}
