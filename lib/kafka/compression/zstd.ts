import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { inflateBounded } from './zlib.ts';

/** RFC 8878, as in KIP-110. */
export function zstdCompress(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes);
}

/** RFC 8878, exactly one frame. Errors as in `decompress`. */
export function zstdDecompress(bytes: Uint8Array, bytesMax: number): Uint8Array {
  return inflateBounded('zstd', zstdDecompressSync, bytes, bytesMax);
}
