import { assertListLimit, assertObjectKey, assertRange } from '../../../lib/storage/assert-object-request.ts';
import { NotDoneError } from '../../../lib/storage/errors.ts';
import type { ByteRange, ObjectInfo, ObjectStore } from '../../../lib/storage/object-store.ts';
import type { Bucket } from './bucket.ts';
import type { Wire, WireRequest } from './wire.ts';

/** The object store on a bucket in memory, request by request as S3 is asked. */
export class SimulatedObjectStore implements ObjectStore {
  readonly #bucket: Bucket;
  readonly #wire: Wire;
  readonly #inFlight = new Set<Promise<unknown>>();
  #isOpen = true;

  constructor(bucket: Bucket, wire: Wire) {
    this.#bucket = bucket;
    this.#wire = wire;
  }

  /** The parts are read when the request reaches the store: an upload that was given up goes on reading them. */
  async put(key: string, parts: readonly Uint8Array[]): Promise<void> {
    assertObjectKey(key);
    const copy = () => {
      const copies = parts.map((part) => new Uint8Array(part));
      return () => this.#bucket.put(key, copies);
    };
    const work = () => this.#bucket.put(key, parts);
    return this.#request({ operation: 'objects.put', kind: 'put', about: key, work, copy });
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    assertObjectKey(key);
    if (range !== undefined) assertRange(range);
    return this.#request({
      operation: 'objects.get',
      kind: 'read',
      about: key,
      work: () => this.#bucket.get(key, range),
    });
  }

  async delete(keys: readonly string[]): Promise<void> {
    keys.forEach(assertObjectKey);
    if (keys.length === 0) return;
    const work = () => {
      for (const key of keys) this.#bucket.delete(key);
    };
    return this.#request({ operation: 'objects.delete', kind: 'write', about: keys.join(', '), work });
  }

  async list(prefix: string, options: { after?: string; limit: number }): Promise<ObjectInfo[]> {
    assertListLimit(options.limit);
    return this.#request({
      operation: 'objects.list',
      kind: 'read',
      about: prefix,
      work: () => this.#bucket.list(prefix, options),
    });
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.allSettled(this.#inFlight);
  }

  async #request<Result>(request: WireRequest<Result>): Promise<Result> {
    if (!this.#isOpen) throw new NotDoneError('the store was closed', { retriable: false });
    const answer = this.#wire.request(request);
    this.#inFlight.add(answer);
    return answer.finally(() => this.#inFlight.delete(answer));
  }
}
