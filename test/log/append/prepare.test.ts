import { expect, test } from 'vitest';
import type { Stores } from '../../../lib/storage/embedded.ts';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import type { Fault, Operation } from '../../support/faulty-stores.ts';
import { batchOf, readAll, sequenced } from '../batches.ts';
import { checkInvariants } from '../check-invariants.ts';
import { countCalls, newPartition, openLogs, openStores, type TestLogs, told } from '../test-logs.ts';

const PRODUCER = 7;
const GAP = 'OUT_OF_ORDER_SEQUENCE_NUMBER';

async function open() {
  const stores = await openStores();
  const partition = await newPartition(stores);
  return { stores, partition, logs: openLogs(stores), other: openLogs(stores) };
}

/** Sends the producer's records from `sequence` on as one batch. */
const send = async (logs: TestLogs, partition: PartitionKey, sequence: number, count = 1, epoch = 0) =>
  told(await logs.append(partition, [sequenced(PRODUCER, sequence, count, epoch)]));

/** Plain batches of one record each, until the head has been rolled. */
async function fill(logs: TestLogs, partition: PartitionKey, appends: number): Promise<void> {
  for (let count = 0; count < appends; count += 1) await logs.append(partition, [batchOf(['x'])]);
}

async function expectSound(stores: Stores, partition: PartitionKey): Promise<void> {
  expect((await checkInvariants(stores, partition)).problems).toEqual([]);
}

test('a repeated batch gets its original offset, also one of the last five, and stands in the log once', async () => {
  const { stores, partition, logs } = await open();
  for (let sequence = 0; sequence < 6; sequence += 1) await send(logs, partition, sequence);
  expect(await send(logs, partition, 5)).toEqual(['again 5']);
  expect(await send(logs, partition, 1)).toEqual(['again 1']);
  expect(await send(logs, partition, 0)).toEqual([GAP]);
  expect(await send(logs, partition, 6)).toEqual([6]);
  await expectSound(stores, partition);
});

test('a gap is refused, and the batch that fills it is accepted', async () => {
  const { partition, logs } = await open();
  await send(logs, partition, 0);
  expect(await send(logs, partition, 2)).toEqual([GAP]);
  expect(await send(logs, partition, 1)).toEqual([1]);
  expect(await send(logs, partition, 2)).toEqual([2]);
});

test('a new producer epoch fences the old one', async () => {
  const { stores, partition, logs } = await open();
  await send(logs, partition, 0);
  expect(await send(logs, partition, 1, 1, 1)).toEqual([GAP]);
  expect(await send(logs, partition, 0, 1, 1)).toEqual([1]);
  expect(await send(logs, partition, 1)).toEqual(['INVALID_PRODUCER_EPOCH']);
  await expectSound(stores, partition);
});

test('a producer that moves to another process of the broker goes on where it was', async () => {
  const { stores, partition, logs, other } = await open();
  await send(logs, partition, 0);
  expect(await send(other, partition, 1)).toEqual([1]);
  expect(await send(logs, partition, 2)).toEqual([2]); // its head is old: the store refuses, and it looks again
  expect(await send(other, partition, 2)).toEqual(['again 2']);
  expect(await send(logs, partition, 1)).toEqual(['again 1']);
  await expectSound(stores, partition);
});

test('two processes that get the same batch at once append it once', async () => {
  const { stores, partition, logs, other } = await open();
  await send(logs, partition, 0);
  await send(other, partition, 0);
  const answers = await Promise.all([send(logs, partition, 1), send(other, partition, 1)]);
  expect(answers.flat().toSorted()).toEqual([1, 'again 1']);
  await expectSound(stores, partition);
});

test('sequences go on at 0 behind 2^31 - 1, through pages and repeats', async () => {
  const { stores, partition, logs } = await open();
  const last = 2 ** 31 - 1;
  expect(await send(logs, partition, last - 2, 2)).toEqual([0]);
  expect(await send(logs, partition, last, 3)).toEqual([2]);
  expect(await send(logs, partition, 2)).toEqual([5]);
  await fill(logs, partition, 10);
  expect(await send(logs, partition, last, 3)).toEqual(['again 2']);
  expect(await send(logs, partition, 4)).toEqual([GAP]);
  expect(await send(logs, partition, 3)).toEqual([16]);
  await expectSound(stores, partition);
});

test('a repeat is found in the pages, also when its producer has long left the head', async () => {
  const { stores, partition, logs } = await open();
  await fill(logs, partition, 3);
  await send(logs, partition, 0, 2);
  await send(logs, partition, 2, 3);
  await fill(logs, partition, 60);
  await logs.close();
  expect((await stores.metadata.getHead(partition))?.producers.size).toBe(0);
  const later = openLogs(stores);
  expect(await send(later, partition, 0, 2)).toEqual(['again 3']);
  expect(await send(later, partition, 2, 3)).toEqual(['again 5']);
  expect(await send(later, partition, 6)).toEqual([GAP]);
  expect(await send(later, partition, 5)).toEqual([68]);
  expect(await send(later, partition, 5)).toEqual(['again 68']);
  await expectSound(stores, partition);
});

test('a process whose view is old finds a repeat all the same where others have put it', async () => {
  const { partition, logs, other } = await open();
  await fill(logs, partition, 1);
  await send(other, partition, 0);
  await fill(other, partition, 40);
  await other.close();
  expect(await send(logs, partition, 0)).toEqual(['again 1']);
});

test('a process whose view is old does not call a batch out of order that is in order by now', async () => {
  const { partition, logs, other } = await open();
  await send(logs, partition, 0);
  await send(other, partition, 1);
  expect(await send(logs, partition, 2)).toEqual([2]);
});

test('a repeat that waits behind its original, which fails at first, is still known when it is planned again', async () => {
  const { stores, partition, logs } = await open();
  await send(logs, partition, 0);
  logs.faults.order('metadata.append', 'notDone');
  const batches = [1, 1, 2, 3, 4, 5, 6].map((sequence) => sequenced(PRODUCER, sequence));
  expect(told(await logs.append(partition, batches))).toEqual([1, 'again 1', 2, 3, 4, 5, 6]);
  await expectSound(stores, partition);
});

test('repeats share the fate of an original that fails', async () => {
  const { partition, logs } = await open();
  logs.faults.order('metadata.append', 'notDoneForGood');
  const both = await logs.append(partition, [sequenced(PRODUCER, 0), sequenced(PRODUCER, 0)]);
  expect(told(both)).toEqual(['KAFKA_STORAGE_ERROR', 'KAFKA_STORAGE_ERROR']);
  expect(await send(logs, partition, 0)).toEqual([0]);
});

test.each<Operation | undefined>([undefined, 'metadata.append', 'metadata.intake', 'metadata.getHeads'])(
  'more idempotent batches than an entry holds become several entries, in their order, also behind a fault of %s',
  async (operation) => {
    const { stores, partition, logs } = await open();
    if (operation !== undefined) logs.faults.order(operation, 'notDone', 'notDone');
    const batches = Array.from({ length: 150 }, (_, sequence) => sequenced(PRODUCER, sequence));
    batches.splice(100, 0, batchOf(['plain']));
    expect(told(await logs.append(partition, batches))).toEqual(batches.map((_, offset) => offset));
    expect(await readAll(logs, partition)).toHaveLength(151);
    const { entries, problems } = await checkInvariants(stores, partition);
    expect([entries.length, problems]).toEqual([3, []]);
  },
);

test('more producers than can be looked up at once take their turns, in their order', async () => {
  const { stores, partition, logs } = await open();
  const ids = Array.from({ length: 1_100 }, (_, id) => id);
  const outcomes = await logs.append(
    partition,
    ids.map((id) => sequenced(id, 0)),
  );
  expect(told(outcomes)).toEqual(ids);
  await logs.close();
  await expectSound(stores, partition);
});

test.each<[Fault, (number | string)[], unknown]>([
  ['lost', [1], []],
  ['answerLost', ['again 1'], []],
  ['late', [1], [{ kind: 'refused' }]],
])('an idempotent append that is %s is sent again without a fence', async (fault, expected, late) => {
  const { stores, partition, logs } = await open();
  await send(logs, partition, 0);
  logs.faults.order('metadata.append', fault);
  expect(await send(logs, partition, 1)).toEqual(expected);
  expect(await logs.faults.releaseLate()).toMatchObject(late as object[]);
  expect(countCalls(logs.calls)['metadata.lead']).toBeUndefined();
  expect(await readAll(logs, partition)).toEqual(['p7.0.0', 'p7.0.1']);
  await expectSound(stores, partition);
});

test('an idempotent append that comes late, before its repetition, is the one that counts', async () => {
  const { stores, partition, logs } = await open();
  logs.faults.order('metadata.append', 'late');
  logs.faults.before('metadata.append', async () => undefined);
  logs.faults.before('metadata.append', async () => {
    expect(await logs.faults.releaseLate()).toMatchObject([{ kind: 'done' }]);
  });
  expect(await send(logs, partition, 0, 2)).toEqual(['again 0']);
  await expectSound(stores, partition);
});

test.each<[string, (logs: TestLogs, other: TestLogs, partition: PartitionKey) => Promise<unknown>]>([
  [
    'the disk is full by then',
    async (logs) => logs.faults.order('metadata.append', 'late', 'notDoneForGood'),
  ],
  [
    'the store stays throttled',
    async (logs) => logs.faults.order('metadata.append', 'late', ...Array<Fault>(10).fill('notDone')),
  ],
  [
    'the head cannot be read',
    async (logs) => {
      logs.faults.order('metadata.append', 'late');
      logs.faults.order('metadata.getHeads', 'notDoneForGood');
    },
  ],
  [
    'its producer was fenced meanwhile',
    async (logs, other, partition) => {
      logs.faults.order('metadata.append', 'answerLost');
      logs.faults.before('metadata.getHeads', () => send(other, partition, 0, 1, 1));
    },
  ],
])(
  'an idempotent append without an answer may stand in the log, whatever it comes to: %s',
  async (_, spoil) => {
    const { partition, logs, other } = await open();
    await send(logs, partition, 0);
    await spoil(logs, other, partition);
    expect(await send(logs, partition, 1)).toEqual(['REQUEST_TIMED_OUT']);
    await logs.faults.releaseLate();
    expect(await readAll(logs, partition)).toContain('p7.0.1');
  },
);

test('a batch that is no producer’s and no plain one is a bug of the caller', async () => {
  const { partition, logs } = await open();
  const wrong = batchOf(['x'], { producer: { id: PRODUCER, epoch: 0, sequence: -1 } });
  await expect(logs.append(partition, [wrong])).rejects.toThrow(RangeError);
  expect(await send(logs, partition, 0)).toEqual([0]);
});
