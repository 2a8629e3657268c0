import type { PartitionLogsOptions } from '../../lib/log/partition-logs.ts';
import type { Stores } from '../../lib/storage/embedded.ts';
import type { MetadataStore } from '../../lib/storage/metadata-store.ts';
import { Meter } from '../../lib/storage/metered/meter.ts';
import { meterStores } from '../../lib/storage/metered/metered.ts';
import type { ObjectStore } from '../../lib/storage/object-store.ts';
import { seededRandom } from '../support/random.ts';
import { openLogs, openStores, type TestLogs } from './test-logs.ts';

/** Up to here an item is cheaper than an object, on DynamoDB. */
const INLINE_BYTES_MAX = 4 * 1024;

export interface MeteredStores {
  /** Shared by all processes, each of whose calls is metered. */
  readonly stores: Stores;
  readonly meter: Meter;
  /** A process of its own over them. */
  open(options?: Partial<Omit<PartitionLogsOptions, 'runtime'>>): TestLogs;
}

/** Both real stores, metered as S3 and DynamoDB would be, with DynamoDB's limit of what goes inline. */
export async function openMetered(): Promise<MeteredStores> {
  const embedded = await openStores({ metadata: { inlineBytesMax: INLINE_BYTES_MAX } });
  const meter = new Meter();
  const stores = meterStores(embedded, meter);
  return { stores, meter, open: (options) => openLogs(stores, options) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An object takes a few times as long as an item. */
const METADATA_TURNS_MAX = 5;
const OBJECT_TURNS_MAX = 20;

/**
 * The same stores as if they were far away: each call takes a few turns to get there and a few to come back, so that
 * those of many processes meet there in any order.
 */
export function distant(stores: Stores, seed: number): Stores {
  const random = seededRandom(seed);
  const way = async (turnsMax: number) => {
    for (let turns = 1 + Math.floor(random() * turnsMax); turns > 0; turns -= 1) await turn();
  };
  const far = <Store extends ObjectStore | MetadataStore>(store: Store, turnsMax: number): Store =>
    new Proxy(store, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          await way(turnsMax);
          try {
            return await Reflect.apply(value, target, args);
          } finally {
            await way(turnsMax);
          }
        };
      },
    });
  return {
    ...stores,
    objects: far(stores.objects, OBJECT_TURNS_MAX),
    metadata: far(stores.metadata, METADATA_TURNS_MAX),
  };
}
