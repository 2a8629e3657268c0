import { encodeTime } from 'ulid';
import { expect, test } from 'vitest';
import { asOffset } from '../../../lib/kafka/types.ts';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import { batchOf, readAll } from '../batches.ts';
import { newPartitions, openLogs, type TestLogs } from '../test-logs.ts';
import { appendOnce, DAY_MS, request, toldOnce } from './requests.ts';
import { openTwo } from './two-processes.ts';

test('a repeat takes over what another process has begun; the first finds what that one appended', async () => {
  const { partition, logs, other, expectLog } = await openTwo();
  const held = logs.faults.hold('metadata.append');
  const first = appendOnce(logs, partition, ['a']);
  await held.arrived;
  expect(await appendOnce(other, partition, ['a'])).toEqual([1]);
  await other.append(partition, [batchOf(['behind'])]);
  held.release();
  expect(await first).toEqual([1]);
  await expectLog('a', 'behind');
});

test('what a process that died has begun is finished by a repeat: from the record, or from the log', async () => {
  const { partition, logs, other, expectLog } = await openTwo();
  logs.faults.choose = (operation) => (operation === 'metadata.lead' ? 'notDoneForGood' : undefined);
  logs.faults.order('metadata.append', 'lost');
  expect(await appendOnce(logs, partition, ['a'])).toEqual(['REQUEST_TIMED_OUT']);
  const name = { principal: partition.topicId, idempotencyKey: 'other' };
  logs.faults.order('metadata.append', 'answerLost');
  expect(await appendOnce(logs, partition, ['b'], { name })).toEqual(['REQUEST_TIMED_OUT']);
  expect(await appendOnce(other, partition, ['a'])).toEqual([2]);
  expect(await appendOnce(other, partition, ['b'], { name })).toEqual([1]);
  await expectLog('b', 'a');
});

/** Moves whatever stands in the head into pages. */
async function rollAway(process: TestLogs, partition: PartitionKey): Promise<void> {
  for (let count = 0; count < 12; count += 1) await process.append(partition, [batchOf(['behind'])]);
}

const behind = Array<string>(12).fill('behind');

test('what a process that died has appended is found by a repeat, wherever it stands by then', async () => {
  const { partition, logs, other, expectLog } = await openTwo();
  logs.faults.choose = (operation) => (operation === 'metadata.lead' ? 'notDoneForGood' : undefined);
  logs.faults.order('metadata.append', 'answerLost');
  expect(await appendOnce(logs, partition, ['a'])).toEqual(['REQUEST_TIMED_OUT']);
  await rollAway(other, partition);
  expect(await appendOnce(other, partition, ['a'])).toEqual([1]);
  await expectLog('a', ...behind);
});

/** A request that was begun and of which nothing was appended, and two processes that repeat it. */
async function openTakeOver() {
  const given = await openTwo();
  const { stores, partition } = given;
  const died = openLogs(stores);
  died.faults.choose = (operation) => (operation === 'metadata.append' ? 'notDoneForGood' : undefined);
  expect(await appendOnce(died, partition, ['a'])).toEqual(['KAFKA_STORAGE_ERROR']);
  return given;
}

test('of two that take over at once, the one that did not come to lead leads itself before it appends', async () => {
  const { partition, logs, other, expectLog } = await openTakeOver();
  const [leads, appends] = [logs.faults.hold('metadata.lead'), other.faults.hold('metadata.append')];
  const one = appendOnce(logs, partition, ['a']);
  await leads.arrived;
  const two = appendOnce(other, partition, ['a']);
  await appends.arrived; // under an epoch that `logs` is about to find, and could adopt
  leads.release();
  expect(await one).toEqual([1]);
  await rollAway(logs, partition);
  appends.release();
  expect(await two).toEqual([1]);
  await expectLog('a', ...behind);
});

test('who led appends under that epoch, and not under the one that it saw when it looked', async () => {
  const { partition, logs, other, expectLog } = await openTakeOver();
  const [looks, appends] = [logs.faults.hold('metadata.getHead'), other.faults.hold('metadata.append')];
  const one = appendOnce(logs, partition, ['a']);
  await looks.arrived;
  const two = appendOnce(other, partition, ['a']);
  await appends.arrived;
  looks.release();
  expect(await one).toEqual([1]);
  await rollAway(logs, partition);
  appends.release();
  expect(await two).toEqual([1]);
  await expectLog('a', ...behind);
});

test('the first attempt has the epoch of the record, though it comes when another one has taken over', async () => {
  const { partition, logs, other, expectLog } = await openTwo();
  const upload = logs.faults.hold('objects.put');
  const large = 'x'.repeat(200_000);
  const one = appendOnce(logs, partition, [large]);
  await upload.arrived;
  expect(await appendOnce(other, partition, [large])).toEqual([1]);
  await rollAway(other, partition);
  upload.release();
  expect(await one).toEqual([1]);
  await expectLog(large, ...behind);
});

test('offsets that come when the time of their request is over do not become those of another', async () => {
  const { partition, logs, other, expectLog } = await openTwo();
  logs.faults.before('metadata.write', async () => undefined);
  logs.faults.before('metadata.write', async () => {
    other.runtime.advance(DAY_MS);
    expect(await appendOnce(other, partition, ['b'])).toEqual([2]);
  });
  expect(await appendOnce(logs, partition, ['a'])).toEqual([1]);
  expect(await appendOnce(other, partition, ['b'])).toEqual([2]);
  await expectLog('a', 'b');
});

test('it is looked for in the pages too', async () => {
  const { partition, logs, other, expectLog } = await openTwo();
  const values = Array.from({ length: 25 }, (_, at) => `other ${at}`);
  logs.faults.order('metadata.append', 'answerLost');
  logs.faults.before('metadata.lead', async () => {
    for (const value of values) await other.append(partition, [batchOf([value])]);
    await other.close();
  });
  expect(await appendOnce(logs, partition, ['a'])).toEqual([1]);
  await expectLog('a', ...values);
});

test('what retention has passed cannot be told any more, to nobody', async () => {
  const { stores, partition, logs, other } = await openTwo();
  logs.faults.order('metadata.append', 'lost');
  logs.faults.before('metadata.lead', async () => {
    await other.append(partition, [batchOf(['somebody else'])]);
    await stores.metadata.advance(partition, asOffset(2));
  });
  for (const process of [logs, other])
    expect(await appendOnce(process, partition, ['a'])).toEqual(['REQUEST_TIMED_OUT']);
});

test('an object that garbage collection may have passed is uploaded anew', async () => {
  const { stores, partition, logs, expectLog } = await openTwo();
  logs.faults.before('metadata.append', () =>
    stores.metadata.raiseBarrier(partition, encodeTime(logs.runtime.nowMs() + 60_000, 10) + 'Z'.repeat(16)),
  );
  expect(await appendOnce(logs, partition, ['a'])).toEqual([1]);
  expect(await stores.metadata.getHead(partition)).toMatchObject({ epoch: 1 });
  await expectLog('a');
});

test('a partition that fails does not keep the others; a repeat brings what is missing', async () => {
  const { stores, logs, other } = await openTwo();
  const partitions = await newPartitions(stores, 3);
  const topicId = partitions[0]?.topicId ?? '';
  const its = partitions.map((_, partition) => ({ topicId, partition }));
  await stores.metadata.createHeads(its, 1);
  logs.faults.order('metadata.append', 'none', 'notDoneForGood', 'none');
  const three = request(its, ['x']);
  expect(toldOnce(await logs.appendOnce(three))).toEqual([0, 'KAFKA_STORAGE_ERROR', 0]);
  expect(await logs.earlierOutcome(three.name, three.hash)).toBeUndefined();
  expect(toldOnce(await other.appendOnce(three))).toEqual([0, 0, 0]);
  for (const partition of its) expect(await readAll(other, partition)).toEqual(['x']);
});
