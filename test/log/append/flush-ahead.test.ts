import { expect, test } from 'vitest';
import { batchOf, readAll } from '../batches.ts';
import { checkInvariants } from '../check-invariants.ts';
import {
  countCalls,
  newPartition,
  newPartitions,
  openLogs,
  openStores,
  type TestLogs,
  told,
} from '../test-logs.ts';

/** Nothing goes inline, a flush takes one batch, and the next one leaves without waiting for it. */
async function openAhead() {
  const stores = await openStores({ metadata: { inlineBytesMax: 0 } });
  const limits = { flushBytesMax: 1, flushAheadBytesMin: 1 };
  return { stores, logs: openLogs(stores, { limits }) };
}

const uploadsIn = (logs: TestLogs): number => countCalls(logs.calls)['objects.put'] ?? 0;

test('while one flush is uploaded the next ones are too, and stand behind it', async () => {
  const { stores, logs } = await openAhead();
  const partition = await newPartition(stores);
  await logs.append(partition, [batchOf(['first'])]); // the head is known from here on
  const held = logs.faults.hold('objects.put');
  const a = logs.append(partition, [batchOf(['a'])]);
  await held.arrived;
  const overtaking = logs.faults.hold('objects.put');
  const b = logs.append(partition, [batchOf(['b'])]);
  await overtaking.arrived;
  overtaking.release();
  held.release();
  expect([told(await a), told(await b)]).toEqual([[1], [2]]);
  expect(await readAll(logs, partition)).toEqual(['first', 'a', 'b']);
});

test('batches of one append keep their order when an upload in their midst fails', async () => {
  const { stores, logs } = await openAhead();
  const partition = await newPartition(stores);
  const values = Array.from({ length: 12 }, (_, index) => `${index}`);
  for (let fault = 0; fault < 6; fault += 1) {
    // Four attempts of one upload, so that its flush fails and its batch has to be planned anew.
    logs.faults.order(
      'objects.put',
      ...Array<'none'>(fault).fill('none'),
      ...Array<'notDone'>(4).fill('notDone'),
    );
  }
  const outcomes = await logs.append(
    partition,
    values.map((value) => batchOf([value])),
  );
  expect(told(outcomes)).toEqual(values.map(Number));
  expect(await readAll(logs, partition)).toEqual(values);
  expect((await checkInvariants(stores, partition)).problems).toEqual([]);
  expect(uploadsIn(logs)).toBeGreaterThan(values.length);
});

test.each([['notDone' as const], ['lost' as const], ['answerLost' as const]])(
  'batches of one append keep their order when a head in their midst answers %s',
  async (fault) => {
    const { stores, logs } = await openAhead();
    const partition = await newPartition(stores);
    const values = Array.from({ length: 12 }, (_, index) => `${index}`);
    logs.faults.order('metadata.append', 'none', fault, 'none', fault, fault);
    const outcomes = await logs.append(
      partition,
      values.map((value) => batchOf([value])),
    );
    expect(told(outcomes)).toEqual(values.map(Number));
    expect(await readAll(logs, partition)).toEqual(values);
    expect((await checkInvariants(stores, partition)).problems).toEqual([]);
  },
);

test('one partition whose head gives no answer does not hold the others up', async () => {
  const { stores, logs } = await openAhead();
  const [slow, quick] = await newPartitions(stores, 2);
  if (slow === undefined || quick === undefined) throw new Error('no partitions');
  await logs.append(slow, [batchOf(['0'])]);
  await logs.append(quick, [batchOf(['0'])]);
  logs.faults.order('metadata.append', 'lost');
  const fencing = logs.faults.hold('metadata.lead');
  const a = logs.append(slow, [batchOf(['a'])]);
  await fencing.arrived;
  expect(told(await logs.append(quick, [batchOf(['b'])]))).toEqual([1]);
  fencing.release();
  expect(told(await a)).toEqual([1]);
});

test('an upload that fails for good fails its own batches, and those behind it are appended', async () => {
  const { stores, logs } = await openAhead();
  const partition = await newPartition(stores);
  await logs.append(partition, [batchOf(['first'])]);
  logs.faults.order('objects.put', 'notDoneForGood');
  const [a, b] = await Promise.all([
    logs.append(partition, [batchOf(['a'])]),
    logs.append(partition, [batchOf(['b'])]),
  ]);
  expect([told(a), told(b)]).toEqual([['KAFKA_STORAGE_ERROR'], [1]]);
  expect(await readAll(logs, partition)).toEqual(['first', 'b']);
});
