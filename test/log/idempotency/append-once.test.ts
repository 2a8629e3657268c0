import { expect, test } from 'vitest';
import { requestKey } from '../../../lib/storage/keys.ts';
import type { Fault } from '../../support/faulty-stores.ts';
import { batchOf, sequenced } from '../batches.ts';
import { openMetered } from '../metering.ts';
import { countCalls, newPartition, openLogs, openStores, type TestLogs, told } from '../test-logs.ts';
import { appendOnce, DAY_MS, request } from './requests.ts';
import { openTwo } from './two-processes.ts';

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
