import type { ObjectStore } from '../object-store.ts';
import type { Meter } from './meter.ts';

/** DeleteObjects takes so many keys at once. */
const KEYS_PER_DELETE = 1000;

/** The same object store, with each call metered as the S3 request that it stands for. */
export function meterObjects(store: ObjectStore, meter: Meter): ObjectStore {
  return {
    async put(key, parts) {
      const bytesIn = parts.reduce((sum, part) => sum + part.length, 0);
      meter.add('objects.put', { calls: 1, requests: 1, bytesIn });
      await store.put(key, parts);
    },
    async get(key, range) {
      const bytes = await store.get(key, range);
      meter.add('objects.get', { calls: 1, requests: 1, bytesOut: bytes?.length ?? 0 });
      return bytes;
    },
    async delete(keys) {
      meter.add('objects.delete', { calls: 1, requests: Math.ceil(keys.length / KEYS_PER_DELETE) });
      await store.delete(keys);
    },
    async list(prefix, options) {
      meter.add('objects.list', { calls: 1, requests: 1 });
      return store.list(prefix, options);
    },
    close: () => store.close(),
  };
}
