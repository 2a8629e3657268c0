import { expect, test } from 'vitest';
import { batchOf, readAll, valuesOf } from '../batches.ts';
import { checkInvariants } from '../check-invariants.ts';
import {
  baseOffsets,
  countCalls,
  newPartition,
  newPartitions,
  openLogs,
  openStores,
  told,
} from '../test-logs.ts';

test('batches stand where they were told, next to each other, in their order', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  const first = await logs.append(partition, [batchOf(['a', 'b']), batchOf(['c'])]);
  const second = await logs.append(partition, [batchOf(['d'])]);
  expect(first).toEqual([
    { kind: 'appended', baseOffset: 0, leaderEpoch: 0 },
    { kind: 'appended', baseOffset: 2, leaderEpoch: 0 },
  ]);
  expect(baseOffsets(second)).toEqual([3]);
  expect(await readAll(logs, partition)).toEqual(['a', 'b', 'c', 'd']);
  expect((await checkInvariants(stores, partition)).problems).toEqual([]);
});

test('an append of nothing is answered with nothing, and touches no store', async () => {
  const stores = await openStores();
  const logs = openLogs(stores);
  expect(await logs.append(await newPartition(stores), [])).toEqual([]);
  expect(logs.calls).toEqual([]);
});

test('a small append is one store call, once the head is known', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  await logs.append(partition, [batchOf(['a'])]);
  expect(countCalls(logs.calls)).toEqual({ 'metadata.getHeads': 1, 'metadata.append': 1 });
  const before = logs.calls.length;
  await logs.append(partition, [batchOf(['b'])]);
  expect(countCalls(logs.calls, before)).toEqual({ 'metadata.append': 1 });
});

test('a large append is one object, and then one update', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  await logs.append(partition, [batchOf(['a'])]);
  const before = logs.calls.length;
  await logs.append(partition, [batchOf(['x'.repeat(stores.metadata.inlineBytesMax)])]);
  expect(logs.calls.slice(before)).toMatchObject([
    { store: 'objects', operation: 'put' },
    { store: 'metadata', operation: 'append' },
  ]);
});

test('inline or not goes by the whole intake, footer included', async () => {
  const stores = await openStores({ metadata: { inlineBytesMax: 1_000 } });
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  const bytesOf = (values: string[]) => batchOf(values).length;
  const footerBytes = 1 + partition.topicId.length + 20 + 16;
  const room = 1_000 - footerBytes - bytesOf(['']) - 1; // a value of 64 bytes and more has a longer length field
  for (const length of [room, room + 1, room - 1, room + 2]) {
    await logs.append(partition, [batchOf(['x'.repeat(length)])]);
  }
  const { entries, problems } = await checkInvariants(stores, partition);
  expect(problems).toEqual([]);
  for (const { entry } of entries) expect(entry.inline).toBe(entry.length + footerBytes <= 1_000);
  expect(new Set(entries.map(({ entry }) => entry.inline))).toEqual(new Set([true, false]));
});

test.each([
  ['an item', 100],
  ['an object', 200_000],
])('several partitions share one intake, as %s, whose footer names them all', async (_, bytes) => {
  const stores = await openStores();
  const partitions = await newPartitions(stores, 4);
  const logs = openLogs(stores);
  const value = 'x'.repeat(bytes);
  await Promise.all(
    partitions.map((partition, index) => logs.append(partition, [batchOf([`${index}`, value])])),
  );
  expect(countCalls(logs.calls)['metadata.append']).toBe(1);
  const reports = await Promise.all(partitions.map((partition) => checkInvariants(stores, partition)));
  expect(reports.flatMap(({ problems }) => problems)).toEqual([]); // each footer names its partition
  expect(new Set(reports.map(({ entries }) => entries[0]?.entry.objectId)).size).toBe(1);
  expect(reports.map(({ records }) => records[0]?.value)).toEqual(['0', '1', '2', '3']);
});

test('what arrives while a flush is in the air becomes one intake and one update a partition', async () => {
  const stores = await openStores();
  const partitions = await newPartitions(stores, 3);
  const logs = openLogs(stores);
  const [first] = partitions;
  if (first === undefined) throw new Error('no partition');
  const held = logs.faults.hold('metadata.intake');
  const appends = [logs.append(first, [batchOf(['first'])])];
  await held.arrived;
  for (let round = 0; round < 20; round += 1) {
    for (const partition of partitions) appends.push(logs.append(partition, [batchOf([`round ${round}`])]));
  }
  held.release();
  await Promise.all(appends);
  expect(countCalls(logs.calls)['metadata.append']).toBe(2);
  const heads = await stores.metadata.getHeads(partitions);
  expect(heads.map((head) => [head?.next, head?.entries.length])).toEqual([
    [21, 2],
    [20, 1],
    [20, 1],
  ]);
  const rounds = Array.from({ length: 20 }, (_, round) => `round ${round}`);
  expect(await readAll(logs, first)).toEqual(['first', ...rounds]);
});

test('an append that finds nothing in the air goes out without a wait', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  const before = logs.runtime.monotonicMs();
  for (let count = 0; count < 5; count += 1) await logs.append(partition, [batchOf(['a'])]);
  expect(logs.runtime.monotonicMs()).toBe(before); // nobody slept
});

test('appends that are made at once go out together, each answered with its own batches in order', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  const answers = await Promise.all([
    logs.append(partition, [batchOf(['a', 'b']), batchOf(['c'])]),
    logs.append(partition, [batchOf(['d'])]),
    logs.append(partition, [batchOf(['e']), batchOf(['f', 'g', 'h']), batchOf(['i'])]),
  ]);
  expect(answers.map(baseOffsets)).toEqual([[0, 2], [3], [4, 5, 8]]);
  expect(countCalls(logs.calls)['metadata.append']).toBe(1);
});

test('a flush takes no more than its bytes; the rest follows in its order', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const size = batchOf(['00']).length;
  const logs = openLogs(stores, { limits: { flushBytesMax: 3 * size } });
  const batches = Array.from({ length: 10 }, (_, index) => batchOf([String(index).padStart(2, '0')]));
  expect(baseOffsets(await logs.append(partition, batches))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(countCalls(logs.calls)['metadata.append']).toBe(4);
});

test('a batch that is larger than a flush goes out alone', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores, { limits: { flushBytesMax: 10 } });
  expect(baseOffsets(await logs.append(partition, [batchOf(['a']), batchOf(['b'])]))).toEqual([0, 1]);
});

test('every partition has its turn when a flush takes only some of them', async () => {
  const stores = await openStores();
  const partitions = await newPartitions(stores, 5);
  const logs = openLogs(stores, { limits: { flushPartitionsMax: 2 } });
  const answers = partitions.map((partition) => logs.append(partition, [batchOf(['a'])]));
  expect((await Promise.all(answers)).map(baseOffsets)).toEqual([[0], [0], [0], [0], [0]]);
  expect(countCalls(logs.calls)['metadata.append']).toBe(3);
});

test('beyond the bound of what may wait, appends are refused at once, and taken again when it has gone', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const size = batchOf(['0']).length;
  const logs = openLogs(stores, { limits: { queuedBytesMax: 2 * size } });
  const held = logs.faults.hold('metadata.intake');
  const inTheAir = logs.append(partition, [batchOf(['0'])]);
  await held.arrived;
  const waiting = logs.append(partition, [batchOf(['1']), batchOf(['2'])]);
  expect(told(await logs.append(partition, [batchOf(['3'])]))).toEqual(['THROTTLING_QUOTA_EXCEEDED']);
  held.release();
  expect([told(await inTheAir), told(await waiting)]).toEqual([[0], [1, 2]]);
  expect(told(await logs.append(partition, [batchOf(['4']), batchOf(['5'])]))).toEqual([3, 4]);
  const { batches } = await logs.fetch({
    partition,
    offset: 0 as never,
    maxBytes: 1e6,
    minBytes: 0,
    maxWaitMs: 0,
  });
  expect(valuesOf(batches)).toEqual(['0', '1', '2', '4', '5']);
});

test('closing lets what was accepted finish, and accepts no more', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  const order: string[] = [];
  const appending = logs.append(partition, [batchOf(['a'])]).then((outcomes) => {
    order.push('answered');
    return outcomes;
  });
  const closing = logs.close().then(() => order.push('closed'));
  expect(told(await logs.append(partition, [batchOf(['b'])]))).toEqual(['BROKER_NOT_AVAILABLE']);
  expect(told(await appending)).toEqual([0]);
  await closing;
  expect(order).toEqual(['answered', 'closed']);
});
