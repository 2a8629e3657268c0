import { expect, test } from 'vitest';
import { asEpoch } from '../../lib/kafka/types.ts';
import { openEmbeddedStores } from '../../lib/storage/embedded.ts';
import { isThrottled, NotDoneError, RefusedError, UnknownOutcomeError } from '../../lib/storage/errors.ts';
import type { MetadataStore } from '../../lib/storage/metadata-store.ts';
import { observeStores, type StoreCall } from '../../lib/storage/observed.ts';
import { describeMetadataStore } from './metadata-store-contract.ts';
import { describeObjectStore } from './object-store-contract.ts';
import { MEMORY, temporaryFolder } from './temporary-folder.ts';

const PARTITION = { topicId: 't', partition: 0 };

async function observed() {
  const folder = temporaryFolder(MEMORY);
  const calls: StoreCall[] = [];
  const opened: { close(): Promise<void> }[] = [];
  let nowMs = 0;
  const open = async () => {
    const stores = await openEmbeddedStores(folder.path);
    opened.push(stores);
    return observeStores(stores, (call) => calls.push(call), { now: () => (nowMs += 5) });
  };
  const close = async () => {
    for (const stores of opened) await stores.close();
    folder[Symbol.dispose]();
  };
  return { stores: await open(), open, calls, close };
}

describeMetadataStore('observed metadata', async () => {
  const { stores, open, close } = await observed();
  return { store: stores.metadata, openAnother: async () => (await open()).metadata, close };
});

describeObjectStore('observed objects', async () => {
  const { stores, open, close } = await observed();
  return { store: stores.objects, openAnother: async () => (await open()).objects, close };
});

test('of several heads in an append, the error of the worst comes along', async () => {
  const { stores, calls, close } = await observed();
  const busy = new NotDoneError('busy', { retriable: true, throttled: true });
  const lost = new UnknownOutcomeError('lost');
  const answers = [[busy, lost], [busy]];
  const metadata: MetadataStore = Object.assign(Object.create(stores.metadata), {
    append: () => Promise.resolve(answers.shift()),
  });
  const over = observeStores({ ...stores, metadata }, (call) => calls.push(call));
  await over.metadata.append({ appends: [] });
  await over.metadata.append({ appends: [] });
  expect(calls.map(({ outcome, error }) => ({ outcome, error }))).toEqual([
    { outcome: 'unknown', error: lost },
    { outcome: 'notDone', error: busy },
  ]);
  expect(calls.map(({ error }) => isThrottled(error))).toEqual([false, true]);
  await close();
});

test('each call is reported with its outcome, its time, its bytes and its items', async () => {
  const { stores, calls, close } = await observed();
  const { objects, metadata } = stores;
  await objects.put('intake/a', [Buffer.from('abc'), Buffer.from('d')]);
  await objects.get('intake/a', { position: 1, length: 2 });
  await objects.list('intake/', { limit: 10 });
  await metadata.createHeads([PARTITION, { ...PARTITION, partition: 1 }], 1);
  const append = {
    partition: PARTITION,
    appendId: 'a',
    epoch: asEpoch(0),
    count: 1,
    entry: Buffer.alloc(50),
    objectId: 'm',
    producers: [],
  };
  await metadata.append({ intake: { objectId: 'm', data: Buffer.alloc(1000) }, appends: [append, append] });
  await metadata
    .write([{ kind: 'check', key: { pk: 'a', sk: 'b' }, condition: { version: 'c' } }])
    .catch(() => 0);
  const refused = calls.at(-1)?.error;
  expect(refused).toBeInstanceOf(RefusedError);
  const seen = calls.map(({ error: _, ...call }) => Object.values(call));
  expect(seen).toEqual([
    ['objects', 'put', 'done', 5, 4, 0, 1],
    ['objects', 'get', 'done', 5, 0, 2, 1],
    ['objects', 'list', 'done', 5, 0, 0, 1],
    ['metadata', 'createHeads', 'done', 5, 0, 0, 2],
    ['metadata', 'append', 'refused', 5, 1100, 0, 2],
    ['metadata', 'write', 'refused', 5, 0, 0, 1],
  ]);
  await close();
  await expect(metadata.get({ pk: 'a', sk: 'b' })).rejects.toThrow(/closed/);
  expect(calls.at(-1)).toMatchObject({
    operation: 'get',
    outcome: 'notDone',
    error: expect.any(NotDoneError),
  });
});
