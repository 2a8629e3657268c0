import { expect, test } from 'vitest';
import { asOffset } from '../../lib/kafka/types.ts';
import type { FetchRequest, FetchResult, PartitionLogs } from '../../lib/log/types.ts';
import type { PartitionKey } from '../../lib/storage/head.ts';
import { batchOf, valuesOf } from './batches.ts';
import { newPartition, openManualLogs, openStores } from './test-logs.ts';

const BYTES = batchOf(['a']).length;

const longPoll = (
  logs: PartitionLogs,
  partition: PartitionKey,
  options: Partial<FetchRequest> = {},
): Promise<FetchResult> =>
  logs.fetch({ partition, offset: asOffset(0), maxBytes: 1e6, minBytes: 1, maxWaitMs: 10_000, ...options });

/** Two processes whose clock stands still: nothing that sleeps wakes by itself. */
async function open() {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const { runtime, ...logs } = openManualLogs(stores);
  return { stores, partition, runtime, logs, other: openManualLogs(stores) };
}

/** Begins a long poll, and comes back when it sleeps. */
async function park(
  { runtime, logs, partition }: Awaited<ReturnType<typeof open>>,
  options: Partial<FetchRequest> = {},
) {
  const asleep = runtime.whenAsleep();
  let isAnswered = false;
  const answer = longPoll(logs, partition, options).finally(() => {
    isAnswered = true;
  });
  answer.catch(() => undefined); // whoever awaits it hears of it
  await asleep;
  return { answer, isAnswered: () => isAnswered };
}

const values = async (answer: Promise<FetchResult>): Promise<string[]> => valuesOf((await answer).batches);

test('a commit in the same process wakes a parked reader: no clock has to move', async () => {
  const given = await open();
  const { answer } = await park(given);
  const order: string[] = [];
  const read = answer.then(({ batches }) => order.push(`read ${valuesOf(batches)}`));
  await given.logs.append(given.partition, [batchOf(['a'])]);
  order.push('appended');
  await read;
  expect(order).toEqual(['appended', 'read a']);
  expect(given.runtime.sleepers).toBe(0);
});

test('every reader that is parked on the partition is woken, and none on another one', async () => {
  const given = await open();
  const elsewhere = { ...given, partition: await newPartition(given.stores) };
  const [one, two, three] = [await park(given), await park(given), await park(elsewhere)];
  await given.logs.append(given.partition, [batchOf(['a'])]);
  expect([await values(one.answer), await values(two.answer)]).toEqual([['a'], ['a']]);
  expect([three.isAnswered(), given.runtime.sleepers]).toEqual([false, 1]);
});

test('a commit between the look at the head and the wait is not missed', async () => {
  const given = await open();
  const { logs, partition } = given;
  const held = logs.faults.hold('metadata.getHead');
  const answer = longPoll(logs, partition);
  await held.arrived; // the watch is set; the head is not read yet
  const heldAgain = logs.faults.hold('metadata.append');
  const appending = logs.append(partition, [batchOf(['a'])]);
  await heldAgain.arrived;
  held.release();
  heldAgain.release();
  await appending;
  expect(await values(answer)).toEqual(['a']);
});

test('a commit of another process is seen by looking again, at intervals that grow to a second', async () => {
  const given = await open();
  const { runtime, logs, other, partition } = given;
  const { answer, isAnswered } = await park(given);
  const looks = () => logs.calls.filter(({ operation }) => operation === 'getHead').length;
  const intervals: number[] = [];
  for (let since = 0, seen = looks(); intervals.length < 8; ) {
    const asleep = runtime.whenAsleep();
    runtime.advance(25);
    since += 25;
    await Promise.race([asleep, runtime.nextTurn().then(runtime.nextTurn)]);
    if (looks() > seen) {
      intervals.push(since);
      [since, seen] = [0, looks()];
    }
  }
  expect(intervals).toEqual([25, 50, 100, 200, 400, 800, 1_000, 1_000]);
  await other.append(partition, [batchOf(['a'])]);
  expect(isAnswered()).toBe(false);
  runtime.advance(1_000);
  expect(await values(answer)).toEqual(['a']);
});

test('when the wait is over, the answer is what there is', async () => {
  const given = await open();
  const { answer } = await park(given, { maxWaitMs: 20 });
  given.runtime.advance(20);
  expect(await answer).toMatchObject({ batches: [], highWatermark: 0, logStartOffset: 0 });
});

test('a reader that asks for more bytes waits for them, and gets what there is when the wait is over', async () => {
  const given = await open();
  const { logs, partition, runtime } = given;
  await logs.append(partition, [batchOf(['a'])]);
  const more = await park(given, { minBytes: 2 * BYTES });
  const most = await park(given, { minBytes: 3 * BYTES });
  const asleep = runtime.whenAsleep();
  await logs.append(partition, [batchOf(['b'])]);
  expect(await values(more.answer)).toEqual(['a', 'b']);
  await asleep;
  expect(most.isAnswered()).toBe(false);
  runtime.advance(10_000);
  expect(await values(most.answer)).toEqual(['a', 'b']);
});

test('nobody waits for more bytes than the answer may hold', async () => {
  const { logs, partition } = await open();
  await logs.append(partition, [batchOf(['a']), batchOf(['b'])]);
  expect(await values(longPoll(logs, partition, { minBytes: 1e6, maxBytes: BYTES }))).toEqual(['a']);
});

test('with enough bytes there, or a wait of 0, nobody sleeps', async () => {
  const { logs, partition, runtime } = await open();
  expect(await values(longPoll(logs, partition, { maxWaitMs: 0 }))).toEqual([]);
  expect(await values(longPoll(logs, partition, { minBytes: 0 }))).toEqual([]);
  await logs.append(partition, [batchOf(['a'])]);
  expect(await values(longPoll(logs, partition))).toEqual(['a']);
  expect(runtime.sleepers).toBe(0);
});

test('a signal ends the wait: the answer is what there is', async () => {
  const given = await open();
  const aborter = new AbortController();
  const { answer } = await park(given, { signal: aborter.signal });
  aborter.abort();
  expect(await values(answer)).toEqual([]);
  expect(await values(longPoll(given.logs, given.partition, { signal: aborter.signal }))).toEqual([]);
});

test('at the end of all waits the parked are answered, and nobody parks any more; appends still work', async () => {
  const given = await open();
  const { logs, partition, runtime } = given;
  const { answer } = await park(given);
  logs.endWaits();
  expect(await values(answer)).toEqual([]);
  expect(await values(longPoll(logs, partition))).toEqual([]);
  await logs.append(partition, [batchOf(['a'])]);
  expect(await values(longPoll(logs, partition))).toEqual(['a']);
  expect(runtime.sleepers).toBe(0);
});

test('closing answers the parked too', async () => {
  const given = await open();
  const { answer } = await park(given);
  await given.logs.close();
  expect(await values(answer)).toEqual([]);
});

test('a topic that is deleted under a parked reader is told at its next look', async () => {
  const given = await open();
  const { answer } = await park(given);
  await given.stores.metadata.kill(given.partition);
  given.runtime.advance(25);
  await expect(answer).rejects.toMatchObject({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
});

test('a log that is cut back under a parked reader tells it that its offset is gone', async () => {
  const given = await open();
  const { answer } = await park(given);
  await given.other.append(given.partition, [batchOf(['a']), batchOf(['b'])]);
  await given.stores.metadata.advance(given.partition, asOffset(2));
  given.runtime.advance(25);
  await expect(answer).rejects.toMatchObject({ error: 'OFFSET_OUT_OF_RANGE' });
});
