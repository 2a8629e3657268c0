import { expect, test } from 'vitest';
import { brokerConfigSchema } from '../../lib/cluster/broker-config.ts';
import { type Opening, openCluster } from '../../lib/cluster/cluster.ts';
import { deletedKey } from '../../lib/storage/keys.ts';
import type { MetadataStore } from '../../lib/storage/metadata-store.ts';
import { openStore } from './stores.ts';

const open = (store: MetadataStore, opening?: Opening) =>
  openCluster({ store, config: brokerConfigSchema.parse({}), brokerId: 1, monotonicMs: () => 0, opening });

/** A store in which a deletion was broken off, and what stands of it. */
async function interruptedDeletion() {
  const store = await openStore();
  await open(store);
  const key = deletedKey('t');
  await store.createHeads([{ topicId: 't', partition: 0 }], 1);
  const attributes = { name: 'orders', headCount: 1, state: 'killing' };
  await store.write([{ kind: 'put', key, attributes, condition: 'absent' }]);
  return { store, state: async () => (await store.get(key))?.attributes.state };
}

test('a process that may not write finds the cluster that is there', async () => {
  const store = await openStore();
  const { clusterId } = await open(store, 'make');
  expect((await open(store, 'find')).clusterId).toBe(clusterId);
});

test('and where there is none it makes none, and says what does', async () => {
  const store = await openStore();
  const says = 'There is no cluster in these stores yet: produce a record, or create a topic.';
  await expect(open(store, 'find')).rejects.toMatchObject({ error: 'KAFKA_STORAGE_ERROR', message: says });
  await expect(open(store, 'find')).rejects.toThrow(says);
});

test.each(['find', 'make'] as const)(
  'one that is opened to %s leaves deletions as they are',
  async (opening) => {
    const { store, state } = await interruptedDeletion();
    await open(store, opening);
    expect(await state()).toBe('killing');
  },
);

test('unless it is said otherwise, deletions that were broken off are finished', async () => {
  const { store, state } = await interruptedDeletion();
  await open(store);
  expect(await state()).toBe('killed');
});
