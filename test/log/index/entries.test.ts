import { expect, test } from 'vitest';
import { asOffset } from '../../../lib/kafka/types.ts';
import { entriesFrom, pageCovering, pagesBefore } from '../../../lib/log/index/entries.ts';
import type { PartitionLogs } from '../../../lib/log/types.ts';
import type { Head, PartitionKey } from '../../../lib/storage/head.ts';
import { pageKey } from '../../../lib/storage/keys.ts';
import { batchOf, valuesOf } from '../batches.ts';
import { newPartition, openLogs, openStores } from '../test-logs.ts';

const read = async (logs: PartitionLogs, partition: PartitionKey, offset: number) =>
  valuesOf(
    (await logs.fetch({ partition, offset: asOffset(offset), maxBytes: 1e6, minBytes: 1, maxWaitMs: 0 }))
      .batches,
  );

/** Thirty-five appends of one record: pages of ten, and five in the head. */
async function openWithPages() {
  const stores = await openStores();
  const partition = await newPartition(stores);
  for (let count = 0; count < 35; count += 1) {
    const logs = openLogs(stores);
    await logs.append(partition, [batchOf([`${count}`])]);
    await logs.close();
  }
  return {
    stores,
    partition,
    reader: openLogs(stores),
    pageAt: (base: number) => pageKey(partition, asOffset(base)),
  };
}

test.each(['gone', 'damaged'])(
  'a page that is %s: an error for its range, and the rest is read',
  async (how) => {
    const { stores, partition, reader, pageAt } = await openWithPages();
    const key = pageAt(10);
    const op = how === 'gone' ? { kind: 'delete' as const } : { kind: 'put' as const, attributes: {} };
    await stores.metadata.write([{ ...op, key, condition: 'none' }]);
    expect(await read(reader, partition, 3)).toEqual(['3', '4', '5', '6', '7', '8', '9']);
    for (const offset of [10, 15, 19]) {
      await expect(read(reader, partition, offset)).rejects.toMatchObject({ error: 'KAFKA_STORAGE_ERROR' });
    }
    expect((await read(reader, partition, 20))[0]).toBe('20');
    expect(await read(reader, partition, 31)).toEqual(['31', '32', '33', '34']);
  },
);

test('an index that moved while it was read is looked up again under the head as it is now', async () => {
  const { stores, partition, reader, pageAt } = await openWithPages();
  reader.faults.before('metadata.query', async () => {
    // What compaction and retention do: the first two pages go, and the log begins behind them.
    await stores.metadata.swap({
      partition,
      seen: 0,
      to: asOffset(20),
      segmentId: '02',
      put: [],
      remove: [],
    });
    await stores.metadata.advance(partition, asOffset(20));
    await stores.metadata.write([
      { kind: 'delete', key: pageAt(0), condition: 'none' },
      { kind: 'delete', key: pageAt(10), condition: 'none' },
    ]);
  });
  await expect(read(reader, partition, 5)).rejects.toMatchObject({ error: 'OFFSET_OUT_OF_RANGE' });
  expect((await read(reader, partition, 20))[0]).toBe('20');
});

test('a roll between the head and its pages changes nothing for the reader', async () => {
  const { stores, partition, reader } = await openWithPages();
  reader.faults.before('metadata.query', async () => {
    const other = openLogs(stores);
    for (let count = 35; count < 55; count += 1) await other.append(partition, [batchOf([`${count}`])]);
    await other.close();
  });
  const values = await read(reader, partition, 5);
  expect(values).toEqual(Array.from({ length: 30 }, (_, at) => `${at + 5}`)); // as its head said
});

test('whatever was rolled since a head was read, its entries are those from the one that holds the offset', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const heads: Head[] = [];
  const logs = openLogs(stores);
  for (let at = 0; at < 60; at += 1) {
    await logs.append(partition, [batchOf(Array(1 + (at % 3)).fill('x'))]);
    const head = await stores.metadata.getHead(partition);
    if (head !== undefined && at % 7 === 0) heads.push(head);
  }
  await logs.close();
  for (const head of heads) {
    for (let offset = 0; offset < head.next; offset += 1) {
      let at: number | undefined;
      for await (const run of entriesFrom(stores.metadata, partition, head, asOffset(offset))) {
        for (const { base, entry } of run) {
          if (at === undefined) expect(base <= offset && offset < base + entry.count).toBe(true);
          else expect(base).toBe(at);
          at = base + entry.count;
        }
      }
      expect(at).toBe(head.next);
    }
  }
});

test('an offset outside of start and next is a bug of the caller', async () => {
  const { stores, partition } = await openWithPages();
  await stores.metadata.advance(partition, asOffset(5));
  const head = await stores.metadata.getHead(partition);
  if (head === undefined) throw new Error('no head');
  for (const offset of [4, 35]) {
    await expect(entriesFrom(stores.metadata, partition, head, asOffset(offset)).next()).rejects.toThrow(
      'I7',
    );
  }
});

test('pages are found by an offset that they hold, and backward from an offset where one begins', async () => {
  const { stores, partition } = await openWithPages();
  const head = { compacted: asOffset(10), tail: asOffset(30) };
  for (const [offset, base] of [
    [10, 10],
    [19, 10],
    [20, 20],
    [29, 20],
  ] as const) {
    expect(await pageCovering(stores.metadata, partition, head, asOffset(offset))).toMatchObject({ base });
  }
  await expect(pageCovering(stores.metadata, partition, head, asOffset(9))).rejects.toThrow('segment');
  const before = async (offset: number, limit: number) =>
    (await pagesBefore(stores.metadata, partition, head, asOffset(offset), limit)).map(({ base }) => base);
  expect(await before(30, 9)).toEqual([20, 10]);
  expect(await before(30, 1)).toEqual([20]);
  expect(await before(20, 9)).toEqual([10]);
  expect(await before(10, 9)).toEqual([]);
});
