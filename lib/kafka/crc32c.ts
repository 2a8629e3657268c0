import hashWasm from 'hash-wasm/dist/crc32.umd.min.js';

/** Castagnoli's polynomial, bits reversed (RFC 3720 §12.1). */
const CASTAGNOLI = 0x82f63b78;

const hasher = await hashWasm.createCRC32(CASTAGNOLI);

/** CRC-32C of `bytes` as an unsigned 32-bit number: what seals a record batch. */
export function crc32c(bytes: Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = hasher.init().update(bytes).digest('binary');
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
