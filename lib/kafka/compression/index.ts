import { KafkaError } from '../errors.ts';
import { gunzip, gzip } from './gzip.ts';
import { lz4Compress, lz4Decompress } from './lz4.ts';
import { snappyCompress, snappyDecompress } from './snappy.ts';
import { zstdCompress, zstdDecompress } from './zstd.ts';

/** How the records of a batch are compressed, by the ids that stand in its attributes. */
export const compressionIds = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

export type Compression = keyof typeof compressionIds;

const names: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** @throws KafkaError UNSUPPORTED_COMPRESSION_TYPE when no compression has this id. */
export function compressionOf(id: number): Compression {
  const name = names[id];
  if (name !== undefined) return name;
  throw new KafkaError(
    'UNSUPPORTED_COMPRESSION_TYPE',
    `no compression has id ${id}: use none, gzip, snappy, lz4 or zstd`,
  );
}

type Identity = (bytes: Uint8Array) => Uint8Array;

const compressors: Record<Compression, Identity> = {
  none: (bytes) => bytes,
  gzip,
  snappy: snappyCompress,
  lz4: lz4Compress,
  zstd: zstdCompress,
};

type Decompressor = (bytes: Uint8Array, bytesMax: number) => Uint8Array;

const decompressors: Record<Compression, Decompressor> = {
  none: (bytes) => bytes,
  gzip: gunzip,
  snappy: snappyDecompress,
  lz4: lz4Decompress,
  zstd: zstdDecompress,
};

export function compress(compression: Compression, bytes: Uint8Array): Uint8Array {
  return compressors[compression](bytes);
}

/**
 * What `bytes` decompress to, at most `bytesMax` bytes: the bound holds while decompressing, not after it. Records
 * that are not compressed are returned as they are, whatever their size.
 *
 * @throws KafkaError MESSAGE_TOO_LARGE above the bound, CORRUPT_MESSAGE when the stream is damaged.
 */
export function decompress(compression: Compression, bytes: Uint8Array, bytesMax: number): Uint8Array {
  return decompressors[compression](bytes, bytesMax);
}
