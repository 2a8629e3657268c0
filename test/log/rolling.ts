import { expect } from 'vitest';
import { decodeIndexPage } from '../../lib/log/codec/index-page.ts';
import type { Stores } from '../../lib/storage/embedded.ts';
import type { Head, PartitionKey } from '../../lib/storage/head.ts';
import { headKey } from '../../lib/storage/keys.ts';
import { batchOf } from './batches.ts';
import { checkInvariants } from './check-invariants.ts';
import { newPartition, openLogs, openStores, type TestLogs, told } from './test-logs.ts';

export async function openRolling() {
  const stores = await openStores();
  return { stores, partition: await newPartition(stores), logs: openLogs(stores) };
}

/** Appends one record each, and lets every roll finish in between. */
export async function appendSlowly(stores: Stores, partition: PartitionKey, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    const logs = openLogs(stores);
    expect(told(await logs.append(partition, [batchOf(['x'])]))[0]).toBeTypeOf('number');
    await logs.close();
  }
}

export async function appendFast(logs: TestLogs, partition: PartitionKey, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await logs.append(partition, [batchOf(['x'])]);
}

export async function headOf({ metadata }: Stores, partition: PartitionKey): Promise<Head> {
  const head = await metadata.getHead(partition);
  if (head === undefined) throw new Error('no head');
  return head;
}

export async function pages({ metadata }: Stores, partition: PartitionKey) {
  const { pk } = headKey(partition);
  const items = await metadata.query({ pk, from: 'i#', to: 'i#~', limit: 1_000, direction: 'forward' });
  return items.map(decodeIndexPage);
}

export const bounds = async (stores: Stores, partition: PartitionKey): Promise<number[][]> =>
  (await pages(stores, partition)).map(({ base, to }) => [base, to]);

export async function expectSound(stores: Stores, partition: PartitionKey, records: number): Promise<void> {
  const report = await checkInvariants(stores, partition);
  expect([report.problems, report.records.length]).toEqual([[], records]);
}
