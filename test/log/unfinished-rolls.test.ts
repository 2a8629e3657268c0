import { expect, test } from 'vitest';
import { asOffset } from '../../lib/kafka/types.ts';
import { roll } from '../../lib/log/roll.ts';
import { pageKey } from '../../lib/storage/keys.ts';
import type { Fault } from '../support/faulty-stores.ts';
import { batchOf, readAll } from './batches.ts';
import { appendFast, appendSlowly, bounds, expectSound, headOf, openRolling, pages } from './rolling.ts';
import { openLogs, told } from './test-logs.ts';

test.each<[string, 'metadata.write' | 'metadata.trim', Fault, number[][]]>([
  ['before the page', 'metadata.write', 'lost', [[0, 20]]],
  [
    'with the page put',
    'metadata.write',
    'answerLost',
    [
      [0, 10],
      [10, 20],
    ],
  ],
  ['with the page on its way', 'metadata.write', 'late', [[0, 20]]],
  [
    'before the trim',
    'metadata.trim',
    'lost',
    [
      [0, 10],
      [10, 20],
    ],
  ],
  [
    'with the trim done',
    'metadata.trim',
    'answerLost',
    [
      [0, 10],
      [10, 20],
    ],
  ],
  [
    'with the trim on its way',
    'metadata.trim',
    'late',
    [
      [0, 10],
      [10, 20],
    ],
  ],
])('what an appender that died %s has begun, the next ones finish', async (_, operation, fault, expected) => {
  const { stores, partition, logs } = await openRolling();
  logs.faults.order(operation, fault);
  await appendFast(logs, partition, 10);
  await logs.close();
  await appendSlowly(stores, partition, 10);
  expect(await bounds(stores, partition)).toEqual(expected);
  await expectSound(stores, partition, 20);
  await logs.faults.releaseLate();
  await expectSound(stores, partition, 20);
  await appendSlowly(stores, partition, 20);
  await expectSound(stores, partition, 40);
});

test('a page that stands is adopted as it is: what came since stays in the head', async () => {
  const { stores, partition, logs } = await openRolling();
  logs.faults.order('metadata.trim', 'lost');
  await appendFast(logs, partition, 10);
  await logs.close();
  const [standing] = await pages(stores, partition);
  await appendSlowly(stores, partition, 5);
  await roll(stores.metadata, partition, await headOf(stores, partition));
  expect(await pages(stores, partition)).toEqual([standing]);
  const head = await headOf(stores, partition);
  expect([head.tail, head.entries.length]).toEqual([10, 5]);
});

test('a page that arrives late finds its key taken', async () => {
  const { stores, partition, logs } = await openRolling();
  logs.faults.order('metadata.write', 'late');
  await appendFast(logs, partition, 10);
  await logs.close();
  await appendSlowly(stores, partition, 10);
  expect(await bounds(stores, partition)).toEqual([[0, 20]]);
  expect(await logs.faults.releaseLate()).toMatchObject([{ name: 'RefusedError' }]);
  expect(await bounds(stores, partition)).toEqual([[0, 20]]);
});

test('a page that arrives so late that compaction has passed it is garbage', async () => {
  const { stores, partition, logs } = await openRolling();
  logs.faults.order('metadata.write', 'late');
  await appendFast(logs, partition, 10);
  await logs.close();
  await appendSlowly(stores, partition, 12);
  const swap = { partition, seen: 0, to: asOffset(20), segmentId: '02', put: [], remove: [] };
  await stores.metadata.swap(swap);
  const key = pageKey(partition, asOffset(0));
  await stores.metadata.write([{ kind: 'delete', key, condition: 'none' }]);
  expect(await logs.faults.releaseLate()).toEqual([undefined]);
  await stores.metadata.advance(partition, asOffset(20));
  await expectSound(stores, partition, 2);
  expect(await readAll(openLogs(stores), partition)).toHaveLength(2);
});

test('above a hundred entries appends wait for the roll', async () => {
  const { stores, partition, logs } = await openRolling();
  let broken = true;
  logs.faults.choose = (operation) => (broken && operation === 'metadata.write' ? 'notDone' : undefined);
  await appendFast(logs, partition, 101);
  expect((await headOf(stores, partition)).entries).toHaveLength(101);
  expect(told(await logs.append(partition, [batchOf(['x'])]))).toEqual(['KAFKA_STORAGE_ERROR']);
  expect((await headOf(stores, partition)).entries).toHaveLength(101);
  broken = false;
  expect(told(await logs.append(partition, [batchOf(['y'])]))).toEqual([101]);
  expect(await headOf(stores, partition)).toMatchObject({ tail: 100, next: 102 });
  await expectSound(stores, partition, 102);
});

test('an append that waits for a roll waits through a fault of it', async () => {
  const { stores, partition, logs } = await openRolling();
  logs.faults.choose = (operation) => (operation === 'metadata.write' ? 'notDone' : undefined);
  await appendFast(logs, partition, 101);
  await logs.close();
  const later = openLogs(stores);
  later.faults.order('metadata.write', 'notDone', 'lost');
  later.faults.order('metadata.trim', 'lost');
  expect(told(await later.append(partition, [batchOf(['y'])]))).toEqual([101]);
  await later.close();
  await expectSound(stores, partition, 102);
});

test('an append that has to wait rolls by the head as another process has left it', async () => {
  const { stores, partition, logs } = await openRolling();
  logs.faults.choose = (operation) => (operation === 'metadata.write' ? 'notDone' : undefined);
  await appendFast(logs, partition, 101);
  await appendSlowly(stores, partition, 1);
  expect(told(await logs.append(partition, [batchOf(['x'])]))).toEqual([102]);
  await expectSound(stores, partition, 103);
});
