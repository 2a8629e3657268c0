import { encodeTime } from 'ulid';
import { expect, test } from 'vitest';
import { asOffset } from '../../../lib/kafka/types.ts';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import { requestKey } from '../../../lib/storage/keys.ts';
import type { Fault } from '../../support/faulty-stores.ts';
import { batchOf, readAll, sequenced } from '../batches.ts';
import { checkInvariants } from '../check-invariants.ts';
import { openMetered } from '../metering.ts';
import {
  countCalls,
  newPartition,
  newPartitions,
  openLogs,
  openStores,
  type TestLogs,
  told,
} from '../test-logs.ts';
import { appendOnce, DAY_MS, request, toldOnce } from './requests.ts';

/** Two processes on one partition that holds one record, `before`. */
async function openTwo() {
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

test('a repeat gets the offsets of the first, from whichever process', async () => {
  const { partition, logs, other, expectLog } = await openTwo();
  expect(await appendOnce(logs, partition, ['a', 'b'])).toEqual([1]);
  expect(told(await other.append(partition, [batchOf(['between'])]))).toEqual([3]);
  for (const process of [logs, other, logs])
    expect(await appendOnce(process, partition, ['a', 'b'])).toEqual([1]);
  await expectLog('a', 'b', 'between');
});

test('the same key with another request is told as such, and appends nothing', async () => {
  const { partition, logs, other, expectLog } = await openTwo();
  await appendOnce(logs, partition, ['a']);
  for (const process of [logs, other])
    expect(await appendOnce(process, partition, ['b'])).toBe('otherRequest');
  const at = request([partition], ['b']);
  expect(await other.earlierOutcome(at.name, at.hash)).toEqual({ kind: 'otherRequest' });
  await expectLog('a');
});

test('keys are apart, and so are principals, whatever is in their names', async () => {
  const { partition, logs, expectLog } = await openTwo();
  const names = [
    { principal: 'a', idempotencyKey: 'b#c' },
    { principal: 'a#b', idempotencyKey: 'c' },
    { principal: 'a', idempotencyKey: 'c' },
    { principal: 'a%23b', idempotencyKey: 'c' },
  ];
  for (const name of names)
    expect(await appendOnce(logs, partition, ['x'], { name })).toEqual([expect.any(Number)]);
  await expectLog('x', 'x', 'x', 'x');
});

test('a key is kept for its time, and then counts as absent', async () => {
  const { stores, partition, logs, expectLog } = await openTwo();
  await appendOnce(logs, partition, ['a']);
  const { name, hash } = request([partition], ['a']);
  const item = await stores.metadata.get(requestKey(name.principal, name.idempotencyKey));
  expect(item?.attributes.ttl).toBe(Math.ceil((logs.runtime.nowMs() + DAY_MS) / 1000));
  logs.runtime.advance(DAY_MS - 1000);
  expect(await appendOnce(logs, partition, ['a'])).toEqual([1]);
  logs.runtime.advance(1000);
  expect(await logs.earlierOutcome(name, hash)).toBeUndefined();
  expect(await appendOnce(logs, partition, ['b'])).toEqual([2]);
  expect(await appendOnce(logs, partition, ['b'])).toEqual([2]);
  await expectLog('a', 'b');
});

test('who replaces an expired key without hearing of it goes on as the first', async () => {
  const { partition, logs, expectLog } = await openTwo();
  await appendOnce(logs, partition, ['a']);
  logs.runtime.advance(DAY_MS);
  logs.faults.order('metadata.write', 'none', 'answerLost');
  expect(await appendOnce(logs, partition, ['b'])).toEqual([2]);
  expect(countCalls(logs.calls)['metadata.lead']).toBeUndefined();
  await expectLog('a', 'b');
});

test.each<Fault>(['notDone', 'lost', 'answerLost', 'late', 'twice'])(
  'an append whose answer is %s stands once, at the offset that all hear of',
  async (fault) => {
    const { partition, logs, other, expectLog } = await openTwo();
    logs.faults.order('metadata.append', fault);
    expect(await appendOnce(logs, partition, ['a'])).toEqual([1]);
    await logs.faults.releaseLate();
    expect(await appendOnce(other, partition, ['a'])).toEqual([1]);
    await expectLog('a');
  },
);

test.each<[string, Fault[]]>([
  ['throttled', ['notDone']],
  ['lost', ['lost']],
  ['done, its answer lost', ['answerLost']],
  ['done late', ['late']],
  ['lost, then late, then done without an answer', ['lost', 'late', 'answerLost']],
])('a take-over that is %s itself is made again until it is known', async (_, faults) => {
  const { partition, logs, expectLog } = await openTwo();
  logs.faults.order('metadata.append', 'late');
  logs.faults.order('metadata.lead', ...faults);
  expect(await appendOnce(logs, partition, ['a'])).toEqual([1]);
  expect(countCalls(logs.calls)['metadata.lead']).toBe(faults.length + 1);
  await logs.faults.releaseLate();
  await expectLog('a');
});

test.each<Fault>(['notDone', 'lost', 'answerLost', 'late', 'twice'])(
  'a record whose put is %s is put again, and the first attempt is made under it',
  async (fault) => {
    const { partition, logs, other, expectLog } = await openTwo();
    logs.faults.order('metadata.write', fault);
    expect(await appendOnce(logs, partition, ['a'])).toEqual([1]);
    expect(countCalls(logs.calls)['metadata.lead']).toBeUndefined();
    await logs.faults.releaseLate();
    expect(await appendOnce(other, partition, ['a'])).toEqual([1]);
    await expectLog('a');
  },
);

test.each<Fault>(['notDone', 'notDoneForGood', 'lost', 'answerLost', 'late', 'twice'])(
  'offsets that are kept with a put that is %s are told, and found again in the log if need be',
  async (fault) => {
    const { partition, logs, other, expectLog } = await openTwo();
    const attempts = fault === 'notDoneForGood' ? 1 : 4;
    logs.faults.order('metadata.write', 'none', ...Array<Fault>(attempts).fill(fault));
    expect(await appendOnce(logs, partition, ['a'])).toEqual([1]);
    await appendOnce(other, partition, ['a']);
    await logs.faults.releaseLate();
    expect(await appendOnce(logs, partition, ['a'])).toEqual([1]);
    await expectLog('a');
  },
);

test('without a record nothing is appended', async () => {
  const { partition, logs, expectLog } = await openTwo();
  logs.faults.order('metadata.write', 'notDoneForGood');
  await expect(appendOnce(logs, partition, ['a'])).rejects.toMatchObject({ error: 'KAFKA_STORAGE_ERROR' });
  logs.faults.order('metadata.write', 'lost', 'lost', 'lost', 'late');
  await expect(appendOnce(logs, partition, ['a'])).rejects.toMatchObject({ error: 'REQUEST_TIMED_OUT' });
  await logs.faults.releaseLate();
  await expectLog();
  expect(await appendOnce(logs, partition, ['a'])).toEqual([1]);
  await expectLog('a');
});

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

test('a topic that is deleted meanwhile is told as unknown; what was kept before stays the answer', async () => {
  const { stores, partition, logs, other } = await openTwo();
  await appendOnce(logs, partition, ['a']);
  logs.faults.before('metadata.append', () => stores.metadata.kill(partition));
  const name = { principal: partition.topicId, idempotencyKey: 'other' };
  expect(await appendOnce(logs, partition, ['b'], { name })).toEqual(['UNKNOWN_TOPIC_OR_PARTITION']);
  expect(await appendOnce(other, partition, ['b'], { name }).catch(({ error }) => error)).toBe(
    'UNKNOWN_TOPIC_OR_PARTITION',
  );
  const { name: kept, hash } = request([partition], ['a']);
  expect(await other.earlierOutcome(kept, hash)).toMatchObject({ places: [{ offset: 1 }] });
});

test('a repeat while the first is still at it here waits for it, and costs nothing', async () => {
  const { partition, logs, expectLog } = await openTwo();
  const before = logs.calls.length;
  const both = [appendOnce(logs, partition, ['a']), appendOnce(logs, partition, ['a'])];
  const another = appendOnce(logs, partition, ['b']);
  expect(await Promise.all([...both, another])).toEqual([[1], [1], 'otherRequest']);
  expect(countCalls(logs.calls, before)).toEqual({
    'metadata.write': 3,
    'metadata.append': 1,
    'metadata.get': 1,
  });
  await expectLog('a');
});

test('repeats that come while another request under their key is asked for share one take-over', async () => {
  const { partition, logs, other, expectLog } = await openTwo();
  other.faults.choose = (operation) => (operation === 'metadata.lead' ? 'notDoneForGood' : undefined);
  other.faults.order('metadata.append', 'lost');
  expect(await appendOnce(other, partition, ['a'])).toEqual(['REQUEST_TIMED_OUT']);
  const held = logs.faults.hold('metadata.write');
  const another = appendOnce(logs, partition, ['b']);
  await held.arrived;
  const repeats = [appendOnce(logs, partition, ['a']), appendOnce(logs, partition, ['a'])];
  expect(await Promise.all(repeats)).toEqual([[1], [1]]);
  held.release();
  expect(await another).toBe('otherRequest');
  await expectLog('a');
});

test('what runs under keys counts towards what may wait, from before its record is put', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores, { limits: { queuedBytesMax: 300 } });
  const held = logs.faults.hold('metadata.write');
  const large = 'x'.repeat(150);
  const name = (idempotencyKey: string) => ({ name: { principal: partition.topicId, idempotencyKey } });
  const first = appendOnce(logs, partition, [large], name('a'));
  await held.arrived;
  await expect(appendOnce(logs, partition, [large], name('b'))).rejects.toThrow(/Too much waits/);
  held.release();
  expect(await first).toEqual([0]);
  expect(await appendOnce(logs, partition, [large], name('b'))).toEqual([1]);
});

test('requests under keys and others share an object, and each is an update of its own', async () => {
  const { partition, logs } = await openTwo();
  const before = logs.calls.length;
  const large = 'x'.repeat(200_000);
  const held = logs.faults.hold('metadata.intake');
  const plain = logs.append(partition, [batchOf(['first'])]);
  await held.arrived;
  const keyed = ['a', 'b'].map((idempotencyKey) =>
    appendOnce(logs, partition, [large], { name: { principal: partition.topicId, idempotencyKey } }),
  );
  const together = logs.append(partition, [batchOf([large])]);
  for (let turns = 0; turns < 10; turns += 1) await logs.runtime.nextTurn();
  held.release();
  const offsets = [...(await Promise.all(keyed)).flat(), ...told(await plain), ...told(await together)];
  expect(offsets.toSorted()).toEqual([1, 2, 3, 4]);
  const appends = logs.calls.slice(before).filter(({ operation }) => operation === 'append');
  expect(appends.map(({ items }) => items)).toEqual([1, 3]);
  expect(countCalls(logs.calls, before)['objects.put']).toBe(1);
});

test('the batches of an idempotent producer are known by their sequences, and their offsets are kept too', async () => {
  const { partition, logs, other, expectLog } = await openTwo();
  const batches = () => new Map([[0, [sequenced(7, 0, 2), sequenced(7, 2)]]]);
  const send = (process: TestLogs) => appendOnce(process, partition, ['by sequence'], { batches });
  logs.faults.order('metadata.append', 'answerLost');
  expect(await send(logs)).toEqual([1, 3]);
  expect(countCalls(logs.calls)['metadata.lead']).toBeUndefined();
  expect(await send(other)).toEqual([1, 3]);
  await expectLog('p7.0.0', 'p7.0.1', 'p7.0.2');
});

test('a batch that is out of sequence leaves its key open', async () => {
  const { partition, logs, other } = await openTwo();
  await logs.append(partition, [sequenced(7, 0)]);
  const send = (process: TestLogs) =>
    appendOnce(process, partition, ['x'], { batches: () => new Map([[0, [sequenced(7, 2)]]]) });
  expect(await send(logs)).toEqual(['OUT_OF_ORDER_SEQUENCE_NUMBER']);
  await logs.append(partition, [sequenced(7, 1)]);
  expect(await send(other)).toEqual([3]);
});

test('batches with and without a producer in one request are refused', async () => {
  const { partition, logs, expectLog } = await openTwo();
  const batches = () => new Map([[0, [sequenced(7, 0), batchOf(['plain'])]]]);
  await expect(appendOnce(logs, partition, ['x'], { batches })).rejects.toMatchObject({
    error: 'INVALID_REQUEST',
  });
  await expectLog();
});

test('with a full queue nothing is begun', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores, { limits: { queuedBytesMax: 10 } });
  await expect(appendOnce(logs, partition, ['a'])).rejects.toMatchObject({
    error: 'THROTTLING_QUOTA_EXCEEDED',
  });
  expect(countCalls(logs.calls)).toEqual({});
});

test('a log that closes finishes what was begun, and begins no more', async () => {
  const { partition, logs, expectLog } = await openTwo();
  logs.faults.order('metadata.append', 'lost');
  const begun = appendOnce(logs, partition, ['a']);
  await logs.close();
  expect(await Promise.race([begun, 'still at it'])).toEqual([1]);
  await expect(appendOnce(logs, partition, ['b'])).rejects.toMatchObject({ error: 'BROKER_NOT_AVAILABLE' });
  await expectLog('a');
});

test('a key costs two item writes of one unit each, and nobody else anything', async () => {
  const { stores, meter, open } = await openMetered();
  const partition = await newPartition(stores);
  const logs = open();
  await logs.append(partition, [batchOf(['the head is read once'])]);
  meter.reset();
  await logs.append(partition, [batchOf(['x'.repeat(5_000)])]);
  expect(meter.calls).toEqual({ 'objects.put': 1, 'metadata.append': 1 });
  meter.reset();
  await appendOnce(logs, partition, ['x'.repeat(5_000)], {
    hash: 'x'.repeat(43),
    plan: { some: 'where to' },
  });
  expect(meter.calls).toEqual({
    'objects.put': 1,
    'metadata.append': 1,
    'metadata.write': 2,
    'metadata.get': 1,
  });
  expect(meter.of('metadata.write').writeUnits).toBe(2);
  meter.reset();
  await appendOnce(open(), partition, ['x'.repeat(5_000)], { hash: 'x'.repeat(43) });
  expect(meter.calls).toEqual({ 'metadata.getHeads': 1, 'metadata.write': 1 });
});
