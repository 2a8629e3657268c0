import { expect, test } from 'vitest';
import { asEpoch, asOffset } from '../../../lib/kafka/types.ts';
import { openEmbeddedStores } from '../../../lib/storage/embedded.ts';
import { pageKey } from '../../../lib/storage/keys.ts';
import { Meter } from '../../../lib/storage/metered/meter.ts';
import { meterStores } from '../../../lib/storage/metered/metered.ts';
import { readUnits, writeUnits } from '../../../lib/storage/metered/units.ts';
import { describeMetadataStore } from '../metadata-store-contract.ts';
import { describeObjectStore } from '../object-store-contract.ts';
import { MEMORY, temporaryFolder } from '../temporary-folder.ts';

const PARTITION = { topicId: 't', partition: 0 };

async function metered() {
  const folder = temporaryFolder(MEMORY);
  const meter = new Meter();
  const opened: { close(): Promise<void> }[] = [];
  const open = async () => {
    const stores = await openEmbeddedStores(folder.path);
    opened.push(stores);
    return meterStores(stores, meter);
  };
  const close = async () => {
    for (const stores of opened) await stores.close();
    folder[Symbol.dispose]();
  };
  return { stores: await open(), open, meter, close };
}

describeMetadataStore('metered metadata', async () => {
  const { stores, open, close } = await metered();
  return { store: stores.metadata, openAnother: async () => (await open()).metadata, close };
});

describeObjectStore('metered objects', async () => {
  const { stores, open, close } = await metered();
  return { store: stores.objects, openAnother: async () => (await open()).objects, close };
});

test.each([
  [0, 1],
  [1, 1],
  [4096, 1],
  [4097, 2],
])('reading %i bytes costs %i', (bytes, units) => {
  expect(readUnits(bytes)).toBe(units);
});

test.each([
  [0, 0, 1],
  [1024, 0, 1],
  [0, 1025, 2],
  [3000, 10, 3],
])('writing over %i bytes with %i costs %i', (before, after, units) => {
  expect(writeUnits(before, after)).toBe(units);
});

test('objects cost a request each, and a deletion one for a thousand keys', async () => {
  const { stores, meter, close } = await metered();
  await stores.objects.put('intake/a', [Buffer.alloc(10), Buffer.alloc(5)]);
  await stores.objects.get('intake/a', { position: 0, length: 12 });
  await stores.objects.list('intake/', { limit: 10 });
  await stores.objects.delete(Array.from({ length: 1_001 }, (_, at) => `intake/${at}`));
  expect(meter.of('objects.put')).toMatchObject({ requests: 1, bytesIn: 15 });
  expect(meter.of('objects.get')).toMatchObject({ requests: 1, bytesOut: 12 });
  expect(meter.of('objects.list')).toMatchObject({ calls: 1, requests: 1 });
  expect(meter.of('objects.delete')).toMatchObject({ calls: 1, requests: 2 });
  await close();
});

/** What the work costs by itself: `[read units, write units]`. */
async function costOf(meter: Meter, work: () => Promise<unknown>): Promise<[number, number]> {
  meter.reset();
  await work();
  return [meter.total.readUnits, meter.total.writeUnits];
}

const put = (sk: string, bytes: number, condition: 'absent' | 'none' = 'none') => ({
  kind: 'put' as const,
  key: { pk: 'x', sk },
  attributes: {},
  data: Buffer.alloc(bytes),
  condition,
});

test('items cost by the kilobyte: the larger of old and new, a refusal too, and a transaction twice', async () => {
  const { stores, meter, close } = await metered();
  const { metadata } = stores;
  const cost = (work: () => Promise<unknown>) => costOf(meter, work);
  expect(await cost(() => metadata.write([put('a', 100)]))).toEqual([0, 1]);
  expect(await cost(() => metadata.write([put('a', 1_500)]))).toEqual([0, 2]);
  expect(await cost(() => metadata.write([put('a', 5_000)]))).toEqual([0, 5]);
  expect(await cost(() => metadata.write([put('a', 10, 'absent')]).catch(() => 0))).toEqual([0, 5]);
  expect(await cost(() => metadata.write([put('b', 10), put('c', 1_500)]))).toEqual([0, 6]);
  const key = { pk: 'x', sk: 'b' };
  expect(await cost(() => metadata.write([{ kind: 'check', key, condition: 'none' }]))).toEqual([1, 0]);
  expect(
    await cost(() => metadata.write([{ kind: 'delete', key: { pk: 'x', sk: 'a' }, condition: 'none' }])),
  ).toEqual([0, 5]);
  await close();
});

test('reads cost by four kilobytes: each item of many, but all of a query together, and what is not there too', async () => {
  const { stores, meter, close } = await metered();
  const { metadata } = stores;
  const cost = (work: () => Promise<unknown>) => costOf(meter, work);
  for (const sk of ['a', 'b', 'c']) await metadata.write([put(sk, 1_500)]);
  const keys = ['a', 'b', 'missing'].map((sk) => ({ pk: 'x', sk }));
  expect(await cost(() => metadata.get({ pk: 'x', sk: 'a' }))).toEqual([1, 0]);
  expect(await cost(() => metadata.get({ pk: 'x', sk: 'missing' }))).toEqual([1, 0]);
  expect(await cost(() => metadata.getMany(keys))).toEqual([3, 0]);
  expect(await cost(() => metadata.query({ pk: 'x', limit: 10, direction: 'forward' }))).toEqual([2, 0]);
  expect(await cost(() => metadata.query({ pk: 'y', limit: 10, direction: 'forward' }))).toEqual([1, 0]);
  await close();
});

test('a head costs by its size, an append the intake beside it, a swap its segments, all of it twice', async () => {
  const { stores, meter, close } = await metered();
  const { metadata } = stores;
  const cost = (work: () => Promise<unknown>) => costOf(meter, work);
  const append = (bytes: number, epoch = 0) => ({
    partition: PARTITION,
    appendId: `append-${bytes}`,
    epoch: asEpoch(epoch),
    count: 1,
    entry: Buffer.alloc(bytes),
    objectId: 'm',
    producers: [],
  });
  expect(await cost(() => metadata.createHeads([PARTITION], 1))).toEqual([0, 1]);
  expect(await cost(() => metadata.append({ appends: [append(100)] }))).toEqual([0, 1]);
  const intake = { objectId: 'm', data: Buffer.alloc(1_500) };
  expect(await cost(() => metadata.append({ intake, appends: [append(2_000), append(100)] }))).toEqual([
    0,
    2 + 3 + 3,
  ]);
  expect(meter.of('metadata.intake')).toMatchObject({ requests: 1, writeUnits: 2 });
  expect(await cost(() => metadata.append({ appends: [append(1, 7)] }))).toEqual([0, 3]);
  expect(await cost(() => metadata.getHead(PARTITION))).toEqual([1, 0]);
  expect(await cost(() => metadata.getHeads([PARTITION, { ...PARTITION, partition: 1 }]))).toEqual([2, 0]);
  expect(await cost(() => metadata.lead({ partition: PARTITION, to: 1, seen: asEpoch(0) }))).toEqual([0, 3]);
  const trim = { from: asOffset(0), to: asOffset(2), remove: ['append-100', 'append-2000'], evict: [] };
  expect(await cost(() => metadata.trim({ ...trim, partition: PARTITION }))).toEqual([0, 3]);
  const segment = { key: pageKey(PARTITION, asOffset(0)), attributes: {}, data: Buffer.alloc(1_500) };
  const swap = { partition: PARTITION, seen: 0, to: asOffset(2), segmentId: 'm', put: [segment], remove: [] };
  expect(await cost(() => metadata.swap(swap))).toEqual([0, 2 * (1 + 2)]);
  await close();
});
