import { expect, test } from 'vitest';
import { headBytes } from '../../lib/storage/dynamodb/item-size.ts';
import type { Head, PartitionKey } from '../../lib/storage/head.ts';
import { pickSeed } from '../support/random.ts';
import { batchOf, sequenced } from './batches.ts';
import { checkInvariants } from './check-invariants.ts';
import { distant, openMetered } from './metering.ts';
import { expectSound, headOf } from './rolling.ts';
import { newPartition, openLogs, openStores, type TestLogs, told } from './test-logs.ts';

const KB = 1024;
/** So that numbers have as many digits as in a log that is some years old. */
const FIRST_SEQUENCE = 1_000_000;
const FIRST_PRODUCER = 100_000;

/** Appends without rolling, so that all of it stays in the head. */
async function unrolled() {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  logs.faults.choose = (operation) => (operation === 'metadata.write' ? 'notDone' : undefined);
  return { stores, partition, logs };
}

async function appendFrom(
  logs: TestLogs,
  partition: PartitionKey,
  producers: readonly number[],
  round: number,
) {
  const batches = producers.map((producer) => sequenced(FIRST_PRODUCER + producer, FIRST_SEQUENCE + round));
  const outcomes = told(await logs.append(partition, batches));
  expect(outcomes.filter((outcome) => typeof outcome !== 'number')).toEqual([]);
}

test('a head with ten entries of two idempotent producers each is smaller than 1 KB', async () => {
  const { stores, partition, logs } = await unrolled();
  for (let round = 0; round < 10; round += 1) await appendFrom(logs, partition, [1, 2], round);
  const head = await headOf(stores, partition);
  expect([head.entries.length, head.producers.size]).toEqual([10, 2]);
  expect(headBytes({ ...head, barrier: '01JD0000000000000000000000' })).toBeLessThan(KB);
});

test('a head with twenty entries and fifty producers is smaller than 4 KB', async () => {
  const { stores, partition, logs } = await unrolled();
  // Four newcomers an append, and what each of the last five batches of a producer held.
  for (let round = 0; round < 20; round += 1) {
    const producers = round < 13 ? [0, 1, 2, 3].map((at) => round * 4 + at).filter((at) => at < 50) : [round];
    await appendFrom(logs, partition, producers, round < 13 ? 0 : 1);
  }
  const head = await headOf(stores, partition);
  expect([head.entries.length, head.producers.size]).toEqual([20, 50]);
  const full = new Map([...head.producers].map(([id]) => [id, Buffer.alloc(27)]));
  expect(headBytes({ ...head, producers: full })).toBeLessThan(4 * KB);
});

test('with more than a hundred producers in the head, the least active leave at the next roll', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  const sizes: number[] = [];
  // All of them send again and again, so none is ever idle for long.
  for (let round = 0; round < 4; round += 1) {
    for (let producer = 0; producer < 160; producer += 4) {
      await appendFrom(
        logs,
        partition,
        [0, 1, 2, 3].map((at) => producer + at),
        round,
      );
      sizes.push((await headOf(stores, partition)).producers.size);
    }
  }
  await logs.close();
  expect(Math.max(...sizes)).toBeLessThanOrEqual(150);
  await expectSound(stores, partition, 640);
});

test('producers that are busy in every append leave too, once there are more than a hundred', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  const busy = Array.from({ length: 120 }, (_, at) => at);
  let most = 0;
  for (let round = 0; round < 12; round += 1) {
    await appendFrom(logs, partition, busy, round);
    most = Math.max(most, (await headOf(stores, partition)).producers.size);
  }
  await logs.close();
  expect(most).toBeLessThanOrEqual(150);
  await expectSound(stores, partition, 12 * busy.length);
});

test('a producer that sends while the roll writes it out stays, and the others leave all the same', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const [logs, other] = [openLogs(stores), openLogs(stores)];
  for (let producer = 0; producer < 8; producer += 4)
    await appendFrom(
      logs,
      partition,
      [0, 1, 2, 3].map((at) => producer + at),
      0,
    );
  for (let count = 2; count < 18; count += 1) await logs.append(partition, [batchOf(['x'])]);
  await other.append(partition, [batchOf(['the head is known'])]);
  logs.faults.before('metadata.trim', () => appendFrom(other, partition, [5], 1));
  await logs.append(partition, [batchOf(['x'])]);
  await logs.close();
  await other.close();
  const head = await headOf(stores, partition);
  expect([...head.producers.keys()]).toEqual([String(FIRST_PRODUCER + 5)]);
  expect((await checkInvariants(stores, partition)).problems).toEqual([]);
});

test('a page takes a hundred entries at most, so that its trim fits one update', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const many = Array.from({ length: 30 }, () => openLogs(stores));
  for (const logs of many)
    logs.faults.choose = (operation) => (operation === 'metadata.write' ? 'notDone' : undefined);
  for (const logs of many) await logs.append(partition, [batchOf(['the head is known'])]);
  const [one] = many;
  for (let count = 30; count < 100; count += 1) await one?.append(partition, [batchOf(['x'])]);
  // Each process knows a head with room, and brings one more into it.
  await Promise.all(many.map((logs) => logs.append(partition, [batchOf(['y'])])));
  const before = (await headOf(stores, partition)).entries.length;
  expect(before).toBeGreaterThan(120);
  const fresh = openLogs(stores);
  await fresh.append(partition, [batchOf(['z'])]);
  await fresh.close();
  const after: Head = await headOf(stores, partition);
  expect([after.tail, after.entries.length]).toEqual([100, before - 100 + 1]);
  await expectSound(stores, partition, before + 1);
});

test('fifty processes that append at once do not roll in a storm', async () => {
  const seed = pickSeed();
  const { stores, meter } = await openMetered();
  const partition = await newPartition(stores);
  const processes = Array.from({ length: 50 }, (_, at) => openLogs(distant(stores, seed + at)));
  let largest = 0;
  meter.reset();
  const rounds = 20;
  await Promise.all(
    processes.map(async (logs) => {
      for (let round = 0; round < rounds; round += 1) {
        expect(told(await logs.append(partition, [batchOf(['x'.repeat(5_000)])]))).toEqual([
          expect.any(Number),
        ]);
        largest = Math.max(largest, headBytes(await headOf(stores, partition)));
      }
      await logs.close();
    }),
  );
  const appends = processes.length * rounds;
  const appended = meter.of('metadata.append').writeUnits;
  const rolled = meter.of('metadata.write').writeUnits + meter.of('metadata.trim').writeUnits;
  // A head that holds what came during a roll costs more than one unit; rolling it never more than a quarter on top.
  expect(rolled, `${rolled} units for rolls, ${appended} for appends`).toBeLessThanOrEqual(appended / 4);
  expect(meter.of('metadata.trim').requests).toBeLessThanOrEqual(appends / 10);
  expect(largest).toBeLessThan(8 * KB);
  expect(meter.of('metadata.append').requests).toBe(appends);
  await expectSound(stores, partition, appends);
}, 60_000);
