import { expect, test } from 'vitest';
import { asEpoch, asOffset } from '../../lib/kafka/types.ts';
import { Heads } from '../../lib/log/heads.ts';
import type { Head } from '../../lib/storage/head.ts';
import { newHead } from '../../lib/storage/heads/new-head.ts';
import { newPartition, newPartitions, openStores } from './test-logs.ts';

const HEADS_MAX = 10;

const head = (changes: Partial<Head>): Head => ({
  ...newHead(1),
  next: asOffset(5),
  tail: asOffset(5),
  epoch: asEpoch(5),
  evictions: 5,
  barrier: '01J5',
  ...changes,
});

async function open() {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const heads = new Heads(stores.metadata, HEADS_MAX);
  const known = async () => (await heads.getMany([partition]))[0];
  return { stores, partition, heads, known };
}

test.each<[string, Partial<Head>]>([
  ['next', { next: asOffset(4) }],
  ['epoch', { epoch: asEpoch(4) }],
  ['tail', { tail: asOffset(4) }],
  ['evictions', { evictions: 4 }],
  ['barrier', { barrier: '01J4' }],
])('an answer that was overtaken, as its %s shows, does not replace a later one', async (_, older) => {
  const { partition, heads, known } = await open();
  heads.saw(partition, head({}));
  heads.saw(partition, head(older));
  expect(await known()).toEqual(head({}));
});

test('a later head replaces an earlier one', async () => {
  const { partition, heads, known } = await open();
  heads.saw(partition, head({}));
  heads.saw(partition, head({ next: asOffset(6), deleted: true }));
  expect(await known()).toMatchObject({ next: 6, deleted: true });
});

test('a head that was never seen is read, once, and read again when asked to', async () => {
  const { stores, partition, heads, known } = await open();
  expect(await known()).toMatchObject({ epoch: 0 });
  await stores.metadata.lead({ partition, to: 1, seen: asEpoch(0) });
  expect(await known()).toMatchObject({ epoch: 0 });
  await heads.refresh([partition]);
  expect(await known()).toMatchObject({ epoch: 1 });
});

test('heads come in the order of their partitions; one that does not exist is asked for again each time', async () => {
  const stores = await openStores();
  const [one, two] = await newPartitions(stores, 2);
  if (one === undefined || two === undefined) throw new Error('no partitions');
  await stores.metadata.lead({ partition: two, to: 1, seen: asEpoch(0) });
  const heads = new Heads(stores.metadata, HEADS_MAX);
  const later = { topicId: 'later', partition: 0 };
  expect(await heads.getMany([two, later, one])).toMatchObject([{ epoch: 1 }, undefined, { epoch: 0 }]);
  await stores.metadata.createHeads([later], 1);
  expect(await heads.getMany([later])).toMatchObject([{ epoch: 0 }]);
  heads.saw(later, undefined);
  await stores.metadata.lead({ partition: later, to: 1, seen: asEpoch(0) });
  expect(await heads.getMany([later])).toMatchObject([{ epoch: 1 }]);
});

test('no more heads are remembered than the limit says: the one used longest ago is read again', async () => {
  const stores = await openStores();
  const [one, two] = await newPartitions(stores, 2);
  if (one === undefined || two === undefined) throw new Error('no partitions');
  const heads = new Heads(stores.metadata, 1);
  await heads.getMany([one]);
  await heads.getMany([two]);
  for (const partition of [one, two]) await stores.metadata.lead({ partition, to: 1, seen: asEpoch(0) });
  expect(await heads.getMany([two])).toMatchObject([{ epoch: 0 }]);
  expect(await heads.getMany([one])).toMatchObject([{ epoch: 1 }]);
});
