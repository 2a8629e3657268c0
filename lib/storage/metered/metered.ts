import type { MetadataStore } from '../metadata-store.ts';
import type { ObjectStore } from '../object-store.ts';
import type { Meter } from './meter.ts';
import { meterMetadata } from './metered-metadata.ts';
import { meterObjects } from './metered-objects.ts';

/**
 * The same two stores, with what each call would cost on S3 and DynamoDB added up, whatever home they have. Several
 * processes may share a meter. Each write is preceded by a read of its own that is not metered, so this is for
 * measuring and for tests that hold what a request may cost.
 */
export function meterStores<Stores extends { objects: ObjectStore; metadata: MetadataStore }>(
  stores: Stores,
  meter: Meter,
): Stores {
  return {
    ...stores,
    objects: meterObjects(stores.objects, meter),
    metadata: meterMetadata(stores.metadata, meter),
  };
}
