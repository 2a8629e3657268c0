import type { ByteRange, ObjectInfo } from '../../../lib/storage/object-store.ts';
import { firstNotBelow } from './text-order.ts';

interface StoredObject {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
}

/** One bucket in memory. Each method is one request, and takes no time. */
export class Bucket {
  readonly #keys: string[] = [];
  readonly #objects = new Map<string, StoredObject>();
  readonly #nowMs: () => number;

  /** @param nowMs The store's own clock, in milliseconds since 1970. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  put(key: string, parts: readonly Uint8Array[]): void {
    if (!this.#objects.has(key)) this.#keys.splice(firstNotBelow(this.#keys, key), 0, key);
    this.#objects.set(key, { bytes: new Uint8Array(Buffer.concat(parts)), modifiedMs: this.#nowMs() });
  }

  get(key: string, range?: ByteRange): Uint8Array | undefined {
    const bytes = this.#objects.get(key)?.bytes;
    if (bytes === undefined || range === undefined) return bytes && new Uint8Array(bytes);
    return bytes.slice(range.position, range.position + range.length);
  }

  delete(key: string): void {
    if (this.#objects.delete(key)) this.#keys.splice(firstNotBelow(this.#keys, key), 1);
  }

  list(prefix: string, { after = '', limit }: { after?: string; limit: number }): ObjectInfo[] {
    const found: ObjectInfo[] = [];
    const begin =
      after > prefix ? firstNotBelow(this.#keys, `${after}\0`) : firstNotBelow(this.#keys, prefix);
    for (let at = begin; at < this.#keys.length && found.length < limit; at += 1) {
      const key = this.#keys[at] ?? '';
      if (!key.startsWith(prefix)) break;
      const object = this.#objects.get(key);
      if (key !== after && object !== undefined) {
        found.push({ key, bytes: object.bytes.length, modifiedMs: object.modifiedMs });
      }
    }
    return found;
  }
}
