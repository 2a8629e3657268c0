import { decodeIntakeFooter } from '../../../lib/log/codec/intake-footer.ts';
import { entriesFrom } from '../../../lib/log/index/entries.ts';
import { readUnderHead } from '../../../lib/log/index/index-moved.ts';
import type { Stores } from '../../../lib/storage/embedded.ts';
import { UnknownOutcomeError } from '../../../lib/storage/errors.ts';
import type { ObjectId, PartitionKey } from '../../../lib/storage/head.ts';
import { inlineIntakeKey, intakeObjectKey } from '../../../lib/storage/keys.ts';

type RawStores = Pick<Stores, 'objects' | 'metadata'>;

const SHARDS = 16;
const FOUND_MAX = 500;

/**
 * Garbage collection in the order that I5 demands: a barrier on every partition first, then a look for references, and
 * only then is deleted what has none. The `fraction` of the oldest intake objects and items is looked at, however young.
 *
 * @throws StoreError when a step did not come off; what was done until then is harmless.
 */
export async function collectGarbage(
  stores: RawStores,
  partitions: readonly PartitionKey[],
  fraction: number,
): Promise<void> {
  const inline = await listInline(stores);
  const objects = (await stores.objects.list('intake/', { limit: FOUND_MAX })).map(({ key }) =>
    key.slice('intake/'.length),
  );
  const ids = [...inline, ...objects].sort();
  const candidates = ids.slice(0, Math.ceil(ids.length * fraction));
  const barrier = candidates.at(-1);
  if (barrier === undefined) return;
  for (const partition of partitions) await raise(stores, partition, barrier);
  const referred = new Set<ObjectId>();
  for (const partition of partitions) await addReferences(stores, partition, referred);
  const garbage = candidates.filter((id) => !referred.has(id));
  await stores.objects.delete(garbage.filter((id) => objects.includes(id)).map(intakeObjectKey));
  for (const id of garbage.filter((each) => inline.includes(each))) {
    await stores.metadata.write([{ kind: 'delete', key: inlineIntakeKey(id), condition: 'none' }]);
  }
}

async function listInline({ metadata }: RawStores): Promise<ObjectId[]> {
  if (metadata.inlineBytesMax === 0) return [];
  const shards = Array.from({ length: SHARDS }, (_, shard) =>
    metadata.query({ pk: `N#${shard}`, limit: FOUND_MAX, direction: 'forward' }),
  );
  const items = (await Promise.all(shards)).flat();
  for (const { data } of items) decodeIntakeFooter(data ?? new Uint8Array(0)); // whatever is there is whole
  return items.map(({ key }) => key.sk);
}

/** @throws StoreError when no head shows that the barrier stands. */
async function raise({ metadata }: RawStores, partition: PartitionKey, barrier: ObjectId): Promise<void> {
  try {
    await metadata.raiseBarrier(partition, barrier);
  } catch (error) {
    if (!(error instanceof UnknownOutcomeError)) throw error;
    const head = await metadata.getHead(partition);
    if (head !== undefined && !head.deleted && head.barrier < barrier) throw error;
  }
}

async function addReferences(
  { metadata }: RawStores,
  partition: PartitionKey,
  referred: Set<ObjectId>,
): Promise<void> {
  const found = await readUnderHead(metadata, partition, async (head) => {
    const ids: ObjectId[] = [];
    if (head.compacted === head.next) return ids;
    // What retention has passed is in the index for as long as nobody has taken it out, so it counts.
    const whole = { ...head, start: head.compacted };
    for await (const run of entriesFrom(metadata, partition, whole, head.compacted)) {
      ids.push(...run.map(({ entry }) => entry.objectId));
    }
    return ids;
  });
  for (const id of found) referred.add(id);
}
