import { cp } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findClusterMeta } from '../../../lib/cluster/cluster-meta.ts';
import { asEpoch } from '../../../lib/kafka/types.ts';
import { openEmbeddedStores, type Stores } from '../../../lib/storage/embedded.ts';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import { runRivulet, startBroker } from '../../support/broker-process.ts';
import { fetchAll, produceJson } from '../../support/http.ts';
import { tempFolder } from '../../support/temp-folder.ts';

async function withStores<Result>(
  folder: string,
  work: (stores: Stores) => Promise<Result>,
): Promise<Result> {
  const stores = await openEmbeddedStores(folder);
  try {
    return await work(stores);
  } finally {
    await stores.close();
  }
}

async function partitionsOf({ metadata }: Stores, topic: string): Promise<PartitionKey[]> {
  const item = await metadata.get({ pk: 'TOPICS', sk: topic });
  const topicId = String(item?.attributes.id);
  return Array.from({ length: Number(item?.attributes.partitionCount) }, (_, partition) => ({
    topicId,
    partition,
  }));
}

const epochsOf = async (stores: Stores, topic: string): Promise<unknown[]> =>
  (await stores.metadata.getHeads(await partitionsOf(stores, topic))).map((head) => head?.epoch);

/** Runs a broker on a folder while something is done with it. */
async function serving<Result>(folder: string, work: (url: string) => Promise<Result>): Promise<Result> {
  const { process: broker, url } = await startBroker(folder);
  try {
    return await work(url);
  } finally {
    await broker.end('SIGTERM');
  }
}

/** A folder with records in two topics, and a copy of it that did not hear of what came later. */
async function setBack() {
  const [folder, copy] = [await tempFolder(), await tempFolder()];
  await serving(folder, async (url) => {
    await runRivulet(['topics', 'create', 'orders', '--partitions', '3', '--url', url]);
    await produceJson(url, 'orders', [{ value: 'kept', partition: 0 }]);
    await produceJson(url, 'quakes', [{ value: 'kept' }]);
  });
  await cp(folder, copy, { recursive: true });
  return { folder, copy };
}

test('a restored store refuses whatever was sent under an epoch that it forgot, and goes on', async () => {
  const { folder, copy } = await setBack();
  // Later the partition was fenced three times, and somebody still has an append under the last of these epochs.
  const lost = await withStores(folder, async (stores) => {
    const [partition = { topicId: '', partition: 0 }] = await partitionsOf(stores, 'orders');
    for (let seen = 0; seen < 3; seen += 1)
      await stores.metadata.lead({ partition, to: 1, seen: asEpoch(seen) });
    return partition;
  });
  const late = {
    partition: lost,
    appendId: 'late',
    count: 1,
    objectId: 'M'.repeat(26),
    entry: Buffer.alloc(40),
    producers: [],
  };

  const { code, stdout } = await runRivulet(['restore', 'fence', '--data', copy, '--epochs', '10']);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'raised 4 leader epochs of 2 topics by 10; producer ids go on from 1000000\n',
  });
  await withStores(copy, async (stores) => {
    expect(await epochsOf(stores, 'orders')).toEqual([10, 10, 10]);
    expect(await epochsOf(stores, 'quakes')).toEqual([10]);
    expect((await findClusterMeta(stores.metadata)).nextProducerId).toBe(1_000_000);
    for (let epoch = 0; epoch < 10; epoch += 1) {
      const outcomes = await stores.metadata.append({ appends: [{ ...late, epoch: asEpoch(epoch) }] });
      expect(outcomes).toMatchObject([{ kind: 'refused' }]);
    }
  });

  await serving(copy, async (url) => {
    expect((await produceJson(url, 'orders', [{ value: 'new', partition: 0 }])).answer.offsets).toMatchObject(
      [{ partition: 0, offset: 1 }],
    );
    expect((await fetchAll(url, 'orders', 0)).map(({ value }) => value)).toEqual(['kept', 'new']);
  });
});

test('without it, an append under a forgotten epoch lands as soon as the restored head reaches that epoch', async () => {
  const { copy } = await setBack();
  await withStores(copy, async ({ metadata }) => {
    const [partition = { topicId: '', partition: 0 }] = await partitionsOf({ metadata } as Stores, 'orders');
    await metadata.lead({ partition, to: 1, seen: asEpoch(0) });
    const late = { partition, appendId: 'late', epoch: asEpoch(1), count: 1, objectId: 'M'.repeat(26) };
    const outcomes = await metadata.append({
      appends: [{ ...late, entry: Buffer.alloc(40), producers: [] }],
    });
    expect(outcomes).toMatchObject([{ kind: 'done' }]);
  });
});

test('it says what is missing, and that a running broker is in the way', async () => {
  expect(await runRivulet(['restore', 'fence'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--table or --data'),
  });
  expect(await runRivulet(['restore', 'fence', '--data', '/nowhere/at/all'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('/nowhere/at/all'),
  });
  const folder = await tempFolder();
  await serving(folder, async (url) => {
    expect(await runRivulet(['restore', 'fence', '--data', folder])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(url),
    });
  });
});
