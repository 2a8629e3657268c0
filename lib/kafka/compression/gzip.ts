import { gunzipSync, gzipSync } from 'node:zlib';
import { inflateBounded } from './zlib.ts';

/** RFC 1952. */
export function gzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes);
}

/** RFC 1952; several members, one behind the other, are one stream. Errors as in `decompress`. */
export function gunzip(bytes: Uint8Array, bytesMax: number): Uint8Array {
  return inflateBounded('gzip', gunzipSync, bytes, bytesMax);
}
