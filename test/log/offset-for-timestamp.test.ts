import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Compression } from '../../lib/kafka/compression/index.ts';
import { setLogAppendTime } from '../../lib/kafka/record-batch.ts';
import { asOffset } from '../../lib/kafka/types.ts';
import type { PartitionLogs } from '../../lib/log/types.ts';
import type { PartitionKey } from '../../lib/storage/head.ts';
import { runs } from '../support/runs.ts';
import { batchOf, type ReadRecord } from './batches.ts';
import { checkInvariants } from './check-invariants.ts';
import { countCalls, newPartition, openLogs, openStores } from './test-logs.ts';

/** One append: its batches' timestamps, a record each. */
type Append = readonly (readonly number[])[];

const compressions: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

async function appendAll(
  logs: PartitionLogs,
  partition: PartitionKey,
  appends: readonly Append[],
): Promise<void> {
  for (const [index, append] of appends.entries()) {
    const compression = compressions[index % compressions.length] ?? 'none';
    const batches = append.map((timestamps) => batchOf(timestamps.map(String), { timestamps, compression }));
    await logs.append(partition, batches);
  }
  await logs.close(); // so that all rolls are done
}

/** The answer by looking at every record. */
function bruteForce(records: readonly ReadRecord[], start: number, timestampMs: number) {
  const found = records.find(({ offset, timestamp }) => offset >= start && timestamp >= timestampMs);
  return found && { offset: found.offset, timestamp: found.timestamp };
}

const timestamp = fc.oneof(
  { weight: 9, arbitrary: fc.nat({ max: 60 }) },
  { weight: 1, arbitrary: fc.constant(-1) },
);
const batch = fc.array(timestamp, { minLength: 1, maxLength: 4 });
const anyAppends: fc.Arbitrary<Append[]> = fc.array(fc.array(batch, { minLength: 1, maxLength: 3 }), {
  maxLength: 45,
  size: 'max',
});
/** Mostly in order, as clocks give them: then pages can be told apart. */
const risingAppends: fc.Arbitrary<Append[]> = anyAppends.map((appends) =>
  appends.map((append, index) =>
    append.map((values) => values.map((value) => index + Math.floor(value / 20))),
  ),
);

test('the first record at or after a time is the one that looking at every record finds', async () => {
  const stores = await openStores();
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyAppends, risingAppends), fc.nat({ max: 100 }), async (appends, percent) => {
      const partition = await newPartition(stores);
      const logs = openLogs(stores);
      await appendAll(logs, partition, appends);
      const { records } = await checkInvariants(stores, partition);
      const starts = [0, Math.floor((records.length * percent) / 100)];
      for (const start of starts) {
        if (start > 0) await stores.metadata.advance(partition, asOffset(start));
        for (const timestampMs of [-1, 0, 1, 7, 20, 33, 47, 59, 60, 61]) {
          const found = await logs.offsetForTimestamp(partition, timestampMs);
          expect(found).toEqual(bruteForce(records, start, timestampMs));
        }
      }
    }),
    { numRuns: runs(30) },
  );
});

test('an empty log, and one whose records are all older, have no such record', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  expect(await logs.offsetForTimestamp(partition, 0)).toBeUndefined();
  await logs.append(partition, [batchOf(['a'], { timestamps: [5] })]);
  expect(await logs.offsetForTimestamp(partition, 6)).toBeUndefined();
  expect(await logs.offsetForTimestamp(partition, 5)).toEqual({ offset: 0, timestamp: 5 });
  await stores.metadata.advance(partition, asOffset(1));
  expect(await logs.offsetForTimestamp(partition, 5)).toBeUndefined();
});

test('with log-append time the batch’s time is that of its records', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  const stamped = batchOf(['a', 'b'], { timestamps: [900, 901] });
  setLogAppendTime(stamped, 50);
  await logs.append(partition, [batchOf(['before'], { timestamps: [10] }), stamped]);
  expect(await logs.offsetForTimestamp(partition, 11)).toEqual({ offset: 1, timestamp: 50 });
  expect(await logs.offsetForTimestamp(partition, 51)).toBeUndefined();
});

test('only a batch that can hold the record is read, and pages are bisected', async () => {
  const stores = await openStores({ metadata: { inlineBytesMax: 0 } });
  const partition = await newPartition(stores);
  const writer = openLogs(stores);
  for (let at = 0; at < 300; at += 1) await writer.append(partition, [batchOf(['x'], { timestamps: [at] })]);
  await writer.close();
  const logs = openLogs(stores);
  expect(await logs.offsetForTimestamp(partition, 123)).toEqual({ offset: 123, timestamp: 123 });
  const counts = countCalls(logs.calls);
  expect(counts['objects.get']).toBe(1);
  expect(counts['metadata.query']).toBeLessThan(10); // of some thirty pages
});

test('a batch that is gone is told, not passed over', async () => {
  const stores = await openStores({ metadata: { inlineBytesMax: 0 } });
  const partition = await newPartition(stores);
  await openLogs(stores).append(partition, [batchOf(['x'], { timestamps: [5] })]);
  const { entries } = await checkInvariants(stores, partition);
  await stores.objects.delete(entries.map(({ entry }) => `intake/${entry.objectId}`));
  await expect(openLogs(stores).offsetForTimestamp(partition, 1)).rejects.toMatchObject({
    error: 'KAFKA_STORAGE_ERROR',
  });
});
