import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBatchHeader } from '../../../lib/kafka/batch-header.ts';
import { verifyBatchCrc } from '../../../lib/kafka/record-batch.ts';
import { asEpoch, asOffset } from '../../../lib/kafka/types.ts';
import type { FetchRequest, PartitionLogs } from '../../../lib/log/types.ts';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import { runs } from '../../support/runs.ts';
import { batchOf, readAll, recordsOf, valuesOf } from '../batches.ts';
import { BROKER_ID, countCalls, newPartition, openLogs, openStores } from '../test-logs.ts';

const fetchAt = (
  logs: PartitionLogs,
  partition: PartitionKey,
  offset: number,
  options: Partial<FetchRequest> = {},
) =>
  logs.fetch({
    partition,
    offset: asOffset(offset),
    maxBytes: 1024 * 1024,
    minBytes: 0,
    maxWaitMs: 0,
    ...options,
  });

/** Batches of these record counts, one append each group; names their records 0, 1, 2 and so on. */
async function appendGroups(
  logs: PartitionLogs,
  partition: PartitionKey,
  groups: readonly (readonly number[])[],
  pad = '',
) {
  let next = 0;
  for (const counts of groups) {
    const batches = counts.map((count) => batchOf(Array.from({ length: count }, () => `${next++}${pad}`)));
    await logs.append(partition, batches);
  }
  await logs.close();
  return next;
}

/** What Kafka gives: the batches from the one that holds `offset` on, as far as `maxBytes` reaches, at least one. */
function expectedBatches(all: readonly Uint8Array[], offset: number, maxBytes: number): Uint8Array[] {
  const behind = all.filter((batch) => {
    const { baseOffset, recordCount } = readBatchHeader(batch);
    return baseOffset + recordCount > offset;
  });
  let bytes = 0;
  const end = behind.findIndex((batch, index) => {
    bytes += batch.length;
    return index > 0 && bytes > maxBytes;
  });
  return end < 0 ? behind : behind.slice(0, end);
}

const counts = fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), {
  maxLength: 35,
});

test('every offset of every layout gives exactly the batches that Kafka gives, within maxBytes', async () => {
  const stores = await openStores({ metadata: { inlineBytesMax: 400 } });
  await fc.assert(
    fc.asyncProperty(counts, fc.nat({ max: 1_500 }), fc.boolean(), async (groups, maxBytes, isCold) => {
      const partition = await newPartition(stores);
      const writer = openLogs(stores);
      const next = await appendGroups(writer, partition, groups, 'x'.repeat(30));
      const reader = isCold ? openLogs(stores) : writer;
      const { batches: all } = await fetchAt(reader, partition, 0);
      expect(recordsOf(all).map(({ offset }) => offset)).toEqual(Array.from({ length: next }, (_, at) => at));
      for (let offset = 0; offset <= next; offset += 1) {
        const { batches, highWatermark, logStartOffset } = await fetchAt(reader, partition, offset, {
          maxBytes,
        });
        expect([highWatermark, logStartOffset]).toEqual([next, 0]);
        expect(batches).toEqual(expectedBatches(all, offset, maxBytes));
      }
    }),
    { numRuns: runs(25) },
  );
});

test('batches come with the leader epoch under which they were appended, and their CRC holds', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  await logs.append(partition, [batchOf(['a'])]);
  await stores.metadata.lead({ partition, to: BROKER_ID, seen: asEpoch(0) });
  await logs.append(partition, [batchOf(['b'])]);
  for (const reader of [logs, openLogs(stores)]) {
    const { batches } = await fetchAt(reader, partition, 0);
    const headers = batches.map((batch) => readBatchHeader(batch));
    expect(headers).toMatchObject([
      { baseOffset: 0, partitionLeaderEpoch: 0 },
      { baseOffset: 1, partitionLeaderEpoch: 1 },
    ]);
    batches.forEach((batch) => {
      verifyBatchCrc(batch, 0, readBatchHeader(batch));
    });
  }
});

test('an offset below the start or above the end is out of range; the end itself is not', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  await appendGroups(logs, partition, [[3], [3]]);
  await stores.metadata.advance(partition, asOffset(2));
  for (const offset of [0, 1, 7, 1e15]) {
    await expect(fetchAt(logs, partition, offset)).rejects.toMatchObject({ error: 'OFFSET_OUT_OF_RANGE' });
  }
  expect(valuesOf((await fetchAt(logs, partition, 2)).batches)).toEqual(['0', '1', '2', '3', '4', '5']);
  expect(await fetchAt(logs, partition, 6)).toMatchObject({
    batches: [],
    highWatermark: 6,
    logStartOffset: 2,
  });
  expect(await logs.offsets(partition)).toEqual({ start: 2, next: 6 });
});

test('an empty log is read at 0 and nowhere else', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  expect(await fetchAt(logs, partition, 0)).toMatchObject({
    batches: [],
    highWatermark: 0,
    logStartOffset: 0,
  });
  await expect(fetchAt(logs, partition, 1)).rejects.toMatchObject({ error: 'OFFSET_OUT_OF_RANGE' });
});

test('a topic that is unknown or deleted is told as that', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  await logs.append(partition, [batchOf(['a'])]);
  await stores.metadata.kill(partition);
  const unknown = { error: 'UNKNOWN_TOPIC_OR_PARTITION' };
  await expect(fetchAt(logs, partition, 0)).rejects.toMatchObject(unknown);
  await expect(logs.offsets(partition)).rejects.toMatchObject(unknown);
  await expect(fetchAt(logs, { topicId: 'never', partition: 0 }, 0)).rejects.toMatchObject(unknown);
});

test('a fetch at the tail costs one look at the head, and nothing more when the records are remembered', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  await logs.append(partition, [batchOf(['a', 'x'.repeat(200_000)])]);
  const before = logs.calls.length;
  expect((await fetchAt(logs, partition, 0)).batches).toHaveLength(1);
  expect(countCalls(logs.calls, before)).toEqual({ 'metadata.getHead': 1 });
  const cold = openLogs(stores);
  await fetchAt(cold, partition, 0);
  await fetchAt(cold, partition, 1);
  expect(countCalls(cold.calls)).toEqual({ 'metadata.getHead': 2, 'objects.get': 1 });
});

test('what is remembered is bounded, and the least used is forgotten first', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores, { limits: { cacheBytesMax: 700_000 } });
  for (let count = 0; count < 4; count += 1) await logs.append(partition, [batchOf(['x'.repeat(200_000)])]);
  const reads = async (offset: number) => {
    const before = logs.calls.length;
    await fetchAt(logs, partition, offset, { maxBytes: 1 });
    return countCalls(logs.calls, before)['objects.get'] ?? 0;
  };
  expect([await reads(1), await reads(2), await reads(3)]).toEqual([0, 0, 0]);
  expect([await reads(0), await reads(0)]).toEqual([1, 0]);
  expect([await reads(1), await reads(3)]).toEqual([1, 0]);
});

test('a reader that has nothing remembered and another that wrote read the same bytes', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  for (let count = 0; count < 30; count += 1) {
    await logs.append(partition, [batchOf([`a${count}`]), batchOf([`b${count}`], { compression: 'gzip' })]);
  }
  const [warm, cold] = [await fetchAt(logs, partition, 0), await fetchAt(openLogs(stores), partition, 0)];
  expect(cold.batches.map((batch) => Buffer.from(batch))).toEqual(
    warm.batches.map((batch) => Buffer.from(batch)),
  );
  expect(await readAll(logs, partition)).toHaveLength(60);
});
