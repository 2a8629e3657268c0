import { expect } from 'vitest';
import { batchOf, readAll } from '../batches.ts';
import { checkInvariants } from '../check-invariants.ts';
import { newPartition, openLogs, openStores } from '../test-logs.ts';

/** Two processes on one partition that holds one record, `before`. */
export async function openTwo() {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const [logs, other] = [openLogs(stores), openLogs(stores)];
  await logs.append(partition, [batchOf(['before'])]);
  const expectLog = async (...values: string[]) => {
    expect(await readAll(openLogs(stores), partition)).toEqual(['before', ...values]);
    expect((await checkInvariants(stores, partition)).problems).toEqual([]);
  };
  return { stores, partition, logs, other, expectLog };
}
