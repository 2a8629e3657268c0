import { expect, test } from 'vitest';
import { openClusterMeta } from '../../lib/cluster/cluster-meta.ts';
import { StoredProducerIds } from '../../lib/cluster/producer-ids.ts';
import { newUuid } from '../../lib/cluster/uuid.ts';
import { NotDoneError, UnknownOutcomeError } from '../../lib/storage/errors.ts';
import type { MetadataStore } from '../../lib/storage/metadata-store.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { interruptedStore } from './interrupted-store.ts';
import { openStore } from './stores.ts';

async function openCluster(folder?: string): Promise<MetadataStore> {
  const store = await openStore(folder);
  await openClusterMeta(store, newUuid);
  return store;
}

test('ids count up from 0, also when many are asked for at once', async () => {
  const producerIds = new StoredProducerIds(await openCluster());
  const ids = await Promise.all(Array.from({ length: 2_500 }, () => producerIds.next()));
  expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2_500 }, (_, at) => at));
});

test('a broker that starts again begins behind the blocks of all before it', async () => {
  const store = await openCluster();
  expect(await new StoredProducerIds(store).next()).toBe(0);
  expect(await new StoredProducerIds(store).next()).toBe(1_000);
});

test('brokers that allocate at once never hand out the same id', async () => {
  const folder = await tempFolder();
  const brokers: StoredProducerIds[] = [];
  for (let at = 0; at < 4; at++) brokers.push(new StoredProducerIds(await openCluster(folder)));
  const ids = await Promise.all(
    brokers.flatMap((producerIds) => Array.from({ length: 1_500 }, () => producerIds.next())),
  );
  expect(new Set(ids).size).toBe(6_000);
});

test.each([true, false])('a block whose answer was lost is given up (done: %s)', async (isDone) => {
  const store = await openCluster();
  const makeError = () => new UnknownOutcomeError('connection reset');
  const interrupted = interruptedStore(store, { callsBefore: 1, isDone, isForGood: false, makeError });
  const first = await new StoredProducerIds(interrupted.store).next();
  expect(first).toBe(isDone ? 1_000 : 0);
  expect(await new StoredProducerIds(store).next()).toBe(first + 1_000);
});

test('a store that does not write is told as KAFKA_STORAGE_ERROR, and the next request tries again', async () => {
  const store = await openCluster();
  const makeError = () => new NotDoneError('disk full', { retriable: false });
  const interrupted = interruptedStore(store, { callsBefore: 1, isDone: false, isForGood: false, makeError });
  const producerIds = new StoredProducerIds(interrupted.store);
  await expect(producerIds.next()).rejects.toMatchObject({ error: 'KAFKA_STORAGE_ERROR' });
  expect(await producerIds.next()).toBe(0);
});
