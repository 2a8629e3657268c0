import { expect, test } from 'vitest';
import { asOffset } from '../../lib/kafka/types.ts';
import { roll, shouldRoll } from '../../lib/log/roll.ts';
import type { HeadEntry } from '../../lib/storage/head.ts';
import { newHead } from '../../lib/storage/heads/new-head.ts';
import { pageKey } from '../../lib/storage/keys.ts';
import { Faults, faultyStores } from '../support/faulty-stores.ts';
import { batchOf, readAll } from './batches.ts';
import { appendFast, appendSlowly, bounds, expectSound, headOf, openRolling, pages } from './rolling.ts';
import { countCalls, openLogs, told } from './test-logs.ts';

test.each([
  [1, false],
  [9, false],
  [10, true],
  [11, false],
  [19, false],
  [20, true],
  [21, false],
  [30, false],
  [100, true],
  [101, false],
])('with %i entries in the head, whose append made it so rolls: %s', (count, expected) => {
  const entries = Array.from(
    { length: count },
    (): HeadEntry => ({ appendId: '', base: asOffset(0), entry: new Uint8Array() }),
  );
  expect(shouldRoll({ ...newHead(1), entries })).toBe(expected);
});

test('at ten entries the head is rolled into a page, and the log reads the same', async () => {
  const { stores, partition } = await openRolling();
  await appendSlowly(stores, partition, 9);
  expect([(await headOf(stores, partition)).entries.length, await bounds(stores, partition)]).toEqual([
    9,
    [],
  ]);
  await appendSlowly(stores, partition, 1);
  expect(await headOf(stores, partition)).toMatchObject({ entries: [], tail: 10, next: 10 });
  await appendSlowly(stores, partition, 15);
  expect(await bounds(stores, partition)).toEqual([
    [0, 10],
    [10, 20],
  ]);
  expect(await headOf(stores, partition)).toMatchObject({ tail: 20, next: 25 });
  await expectSound(stores, partition, 25);
  expect(await readAll(openLogs(stores), partition)).toHaveLength(25);
});

test('an append is answered before the roll that it began, and a roll costs one put and one update', async () => {
  const { stores, partition, logs } = await openRolling();
  await appendFast(logs, partition, 9);
  const before = logs.calls.length;
  const held = logs.faults.hold('metadata.trim');
  expect(told(await logs.append(partition, [batchOf(['x'])]))).toEqual([9]);
  await held.arrived;
  expect(told(await logs.append(partition, [batchOf(['x'])]))).toEqual([10]);
  held.release();
  await logs.close();
  const counts = countCalls(logs.calls, before);
  expect(counts).toEqual({
    'metadata.append': 2,
    'metadata.query': 1,
    'metadata.write': 1,
    'metadata.trim': 1,
  });
  expect(await headOf(stores, partition)).toMatchObject({ tail: 10, next: 11 });
});

test('a roll that came to nothing is done by who brings the twentieth entry', async () => {
  const { stores, partition, logs } = await openRolling();
  logs.faults.order('metadata.write', 'notDone');
  await appendFast(logs, partition, 19);
  expect(countCalls(logs.calls)['metadata.write']).toBe(1);
  await appendFast(logs, partition, 1);
  await logs.close();
  expect(countCalls(logs.calls)['metadata.write']).toBe(2);
  expect(await headOf(stores, partition)).toMatchObject({ entries: [], tail: 20 });
  await expectSound(stores, partition, 20);
});

test('who rolls goes on as long as others have brought another ten', async () => {
  const { stores, partition, logs } = await openRolling();
  const other = openLogs(stores);
  other.faults.choose = (operation) => (operation === 'metadata.write' ? 'notDone' : undefined);
  await appendFast(logs, partition, 9);
  logs.faults.before('metadata.trim', () => appendFast(other, partition, 15));
  await appendFast(logs, partition, 1);
  await logs.close();
  expect(await bounds(stores, partition)).toEqual([
    [0, 10],
    [10, 25],
  ]);
  expect(countCalls(other.calls)['metadata.trim']).toBeUndefined();
});

test('two appenders that roll the same head at once make one page', async () => {
  const { stores, partition, logs } = await openRolling();
  logs.faults.choose = (operation) => (operation === 'metadata.write' ? 'notDone' : undefined);
  await appendFast(logs, partition, 15);
  const seen = await headOf(stores, partition);
  const heads = await Promise.all([1, 2, 3].map(() => roll(stores.metadata, partition, seen)));
  expect(heads.filter((head) => head !== undefined)).toMatchObject([{ tail: 15, entries: [] }]);
  await expectSound(stores, partition, 15);
});

test('an appender that rolls by an old view of the head changes nothing', async () => {
  const { stores, partition } = await openRolling();
  await appendSlowly(stores, partition, 5);
  const old = await headOf(stores, partition);
  await appendSlowly(stores, partition, 12);
  expect(await roll(stores.metadata, partition, old)).toBeUndefined();
  expect(await bounds(stores, partition)).toEqual([[0, 10]]);
  await expectSound(stores, partition, 17);
});

test('an empty head is not rolled', async () => {
  const { stores, partition } = await openRolling();
  expect(await roll(stores.metadata, partition, await headOf(stores, partition))).toBeUndefined();
});

test('a page tells the greatest timestamp of all that came before its end', async () => {
  const { stores, partition, logs } = await openRolling();
  const timestamps = [
    5,
    9,
    3,
    ...Array<number>(7).fill(1),
    ...Array<number>(10).fill(4),
    20,
    ...Array<number>(9).fill(2),
  ];
  for (const timestamp of timestamps) {
    await logs.append(partition, [batchOf(['x'], { timestamps: [timestamp] })]);
  }
  await logs.close();
  expect((await pages(stores, partition)).map(({ maxTimestamp }) => maxTimestamp)).toEqual([9, 9, 20]);
});

test('a topic that is deleted while it is rolled is nobody’s error', async () => {
  const { stores, partition, logs } = await openRolling();
  logs.faults.before('metadata.write', () => stores.metadata.kill(partition));
  await appendFast(logs, partition, 10);
  await logs.close();
  expect(logs.errors).toEqual([]);
});

test('a damaged page is told to whoever listens, and the log goes on', async () => {
  const { stores, partition, logs } = await openRolling();
  const put = {
    kind: 'put' as const,
    key: pageKey(partition, asOffset(0)),
    attributes: {},
    condition: 'none' as const,
  };
  await stores.metadata.write([put]);
  await appendFast(logs, partition, 11);
  await logs.close();
  expect(logs.errors).toMatchObject([{ error: 'KAFKA_STORAGE_ERROR' }]);
  expect(await readAll(openLogs(stores), partition)).toHaveLength(11);
});

test('faults of a roll never come out of it', async () => {
  const { stores, partition } = await openRolling();
  await appendSlowly(stores, partition, 3);
  const seen = await headOf(stores, partition);
  for (const operation of ['metadata.query', 'metadata.write', 'metadata.trim'] as const) {
    const faults = new Faults();
    faults.order(operation, 'notDoneForGood');
    expect(await roll(faultyStores(stores, faults).metadata, partition, seen)).toBeUndefined();
  }
  expect(await roll(stores.metadata, partition, seen)).toMatchObject({ tail: 3 });
});
