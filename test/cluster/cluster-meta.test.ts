import { expect, test } from 'vitest';
import { openClusterMeta } from '../../lib/cluster/cluster-meta.ts';
import { newUuid } from '../../lib/cluster/uuid.ts';
import { UnknownOutcomeError } from '../../lib/storage/errors.ts';
import { clusterMetaKey } from '../../lib/storage/keys.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { interruptedStore } from './interrupted-store.ts';
import { openStore } from './stores.ts';

test('a cluster keeps the id that it was made with', async () => {
  const folder = await tempFolder();
  const { clusterId } = await openClusterMeta(await openStore(folder), newUuid);
  expect(clusterId).toMatch(/^[0-9A-Za-z_][0-9A-Za-z_-]{21}$/);
  expect((await openClusterMeta(await openStore(folder), newUuid)).clusterId).toBe(clusterId);
});

test('processes that make it at once agree', async () => {
  const folder = await tempFolder();
  const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(folder)));
  const metas = await Promise.all(stores.map((store) => openClusterMeta(store, newUuid)));
  expect(new Set(metas.map(({ clusterId }) => clusterId)).size).toBe(1);
});

test.each([true, false])('an answer lost on the way does no harm (done: %s)', async (isDone) => {
  const store = await openStore();
  const makeError = () => new UnknownOutcomeError('connection reset');
  const interrupted = interruptedStore(store, { callsBefore: 1, isDone, isForGood: false, makeError });
  const meta = await openClusterMeta(interrupted.store, newUuid);
  expect(await openClusterMeta(store, newUuid)).toEqual(meta);
});

test('data of a later release is refused, with what to do about it', async () => {
  const store = await openStore();
  const attributes = { clusterId: newUuid(), formatVersion: 2, whatever: true };
  await store.write([{ kind: 'put', key: clusterMetaKey, attributes, condition: 'none' }]);
  await expect(openClusterMeta(store, newUuid)).rejects.toThrow(
    'the data has format version 2, and this release reads up to 1: start it with a newer release',
  );
});

test('data of a release that is too old is refused, with what to do about it', async () => {
  const store = await openStore();
  const attributes = { clusterId: newUuid(), formatVersion: 0 };
  await store.write([{ kind: 'put', key: clusterMetaKey, attributes, condition: 'none' }]);
  await expect(openClusterMeta(store, newUuid)).rejects.toThrow(
    'the data has format version 0, and this release reads none below 1: start it with the release that wrote it',
  );
});
