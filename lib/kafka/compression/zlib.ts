import type { ZlibOptions, ZstdOptions } from 'node:zlib';
import { damaged, tooLarge } from './errors.ts';

/** What Node's zlib answers when it is asked for `info`; the type definitions leave it out. */
interface Inflated {
  readonly buffer: Buffer;
  /** `bytesWritten` is what it took of the input. */
  readonly engine: { readonly bytesWritten: number };
}

type Inflate = (bytes: Uint8Array, options: ZlibOptions & ZstdOptions) => unknown;

const errorCode = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

/** Runs one of Node's bounded decompressors over exactly `bytes`. */
export function inflateBounded(
  codec: string,
  inflate: Inflate,
  bytes: Uint8Array,
  bytesMax: number,
): Uint8Array {
  let inflated: Inflated;
  try {
    inflated = inflate(bytes, { maxOutputLength: Math.max(bytesMax, 1), info: true }) as Inflated;
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(bytesMax);
    throw damaged(codec, error instanceof Error ? error.message : String(error), error);
  }
  if (inflated.buffer.length > bytesMax) throw tooLarge(bytesMax);
  // Otherwise a second zstd frame would be dropped without a word: Node reads only the first.
  const left = bytes.length - inflated.engine.bytesWritten;
  if (left > 0) throw damaged(codec, `${left} bytes follow its end`);
  return inflated.buffer;
}
