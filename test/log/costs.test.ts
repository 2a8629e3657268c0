import { expect, test } from 'vitest';
import { asOffset } from '../../lib/kafka/types.ts';
import type { PartitionKey } from '../../lib/storage/head.ts';
import { batchOf, readAll, sequenced } from './batches.ts';
import { openMetered } from './metering.ts';
import { newPartition, newPartitions, openManualLogs, told } from './test-logs.ts';

/** What design and bill rest on: what an operation may cost on S3 and DynamoDB. */

const LARGE = 'x'.repeat(10_000);
const APPENDS = 100;
/** Beside one write unit an append: what rolling may add to it. */
const ROLLING_UNITS_MAX = 0.25;

const fetchFrom = (partition: PartitionKey, offset: number) => ({
  partition,
  offset: asOffset(offset),
  maxBytes: 1024 * 1024,
  minBytes: 1,
  maxWaitMs: 0,
});

test('a large produce request costs one PUT for all its partitions, and one write unit for each of them', async () => {
  const { stores, meter, open } = await openMetered();
  const partitions = await newPartitions(stores, 5);
  const logs = open();
  const produce = (value: string) =>
    Promise.all(partitions.map((partition) => logs.append(partition, [batchOf([value])])));
  await produce('the heads are read once');
  meter.reset();
  await produce(LARGE);
  expect(meter.calls).toEqual({ 'objects.put': 1, 'metadata.append': 1 });
  expect(meter.total).toMatchObject({ readUnits: 0, writeUnits: 5 });
});

test('a small one costs no PUT, but an item by its kilobytes', async () => {
  const { stores, meter, open } = await openMetered();
  const partitions = await newPartitions(stores, 3);
  const logs = open();
  const produce = (value: string) =>
    Promise.all(partitions.map((partition) => logs.append(partition, [batchOf([value])])));
  await produce('the heads are read once');
  meter.reset();
  await produce('x'.repeat(400));
  expect(meter.calls).toEqual({ 'metadata.intake': 1, 'metadata.append': 1 });
  expect(meter.of('metadata.intake')).toMatchObject({ requests: 1, writeUnits: 2 });
  expect(meter.of('metadata.append')).toMatchObject({ requests: 3, writeUnits: 3 });
});

test(`${APPENDS} appends cost a write unit each, and a quarter at most for rolling`, async () => {
  const { stores, meter, open } = await openMetered();
  const partition = await newPartition(stores);
  const logs = open();
  await logs.append(partition, [batchOf(['the head is read once'])]);
  meter.reset();
  for (let count = 0; count < APPENDS; count += 1) await logs.append(partition, [batchOf([LARGE])]);
  await logs.close();
  const { total } = meter;
  expect(meter.of('objects.put').requests).toBe(APPENDS);
  expect(meter.of('metadata.append')).toMatchObject({ requests: APPENDS, writeUnits: APPENDS });
  expect(total.writeUnits - APPENDS).toBeGreaterThan(0);
  expect(total.writeUnits - APPENDS).toBeLessThanOrEqual(APPENDS * ROLLING_UNITS_MAX);
  // A roll looks up how late the page before it is; nothing else is read.
  expect(total.readUnits).toBeLessThanOrEqual(APPENDS / 10);
});

test('two idempotent producers make appends no dearer', async () => {
  const { stores, meter, open } = await openMetered();
  const partition = await newPartition(stores);
  const logs = open();
  const produce = async (sequence: number) => {
    const batches = [sequenced(10_001, 100_000 + sequence, 2), sequenced(10_002, 100_000 + sequence, 2)];
    expect(told(await logs.append(partition, batches))).toEqual([expect.any(Number), expect.any(Number)]);
  };
  await produce(0);
  meter.reset();
  for (let count = 1; count <= APPENDS; count += 1) await produce(2 * count);
  await logs.close();
  expect(meter.of('metadata.append')).toMatchObject({ requests: APPENDS, writeUnits: APPENDS });
  expect(meter.total.writeUnits - meter.of('metadata.intake').writeUnits).toBeLessThanOrEqual(
    APPENDS * (1 + ROLLING_UNITS_MAX),
  );
});

test('a look at the tail costs one read unit, and one GET for each object that came since', async () => {
  const { stores, meter, open } = await openMetered();
  const partition = await newPartition(stores);
  const [writer, reader] = [open(), open()];
  for (let count = 0; count < 3; count += 1) await writer.append(partition, [batchOf([LARGE])]);
  meter.reset();
  expect((await reader.fetch(fetchFrom(partition, 0))).batches).toHaveLength(3);
  expect(meter.calls).toEqual({ 'metadata.getHead': 1, 'objects.get': 3 });
  expect(meter.total).toMatchObject({ readUnits: 1, writeUnits: 0 });
  meter.reset();
  expect((await reader.fetch(fetchFrom(partition, 0))).batches).toHaveLength(3);
  expect((await writer.fetch(fetchFrom(partition, 0))).batches).toHaveLength(3);
  expect((await reader.fetch(fetchFrom(partition, 3))).batches).toHaveLength(0);
  expect(meter.calls).toEqual({ 'metadata.getHead': 3 });
  expect(meter.total.readUnits).toBe(3);
});

test('what went inline costs a read of its item, once', async () => {
  const { stores, meter, open } = await openMetered();
  const partition = await newPartition(stores);
  const [writer, reader] = [open(), open()];
  await writer.append(partition, [batchOf(['small'])]);
  meter.reset();
  for (let count = 0; count < 2; count += 1) await reader.fetch(fetchFrom(partition, 0));
  expect(meter.calls).toEqual({ 'metadata.getHead': 2, 'metadata.getMany': 1 });
  expect(meter.total.readUnits).toBe(3);
});

test('a log that nobody uses costs nothing, all day long', async () => {
  const { stores, meter } = await openMetered();
  const partition = await newPartition(stores);
  const logs = openManualLogs(stores);
  await logs.append(partition, [batchOf([LARGE])]);
  expect(await readAll(logs, partition)).toHaveLength(1);
  meter.reset();
  for (let hour = 0; hour < 24; hour += 1) {
    expect(logs.runtime.sleepers).toBe(0);
    logs.runtime.advance(3_600_000);
    await logs.runtime.nextTurn();
  }
  expect(meter.calls).toEqual({});
});
