import { expect, test } from 'vitest';
import { asEpoch, asOffset } from '../../../lib/kafka/types.ts';
import type { Fault } from '../../support/faulty-stores.ts';
import { batchOf, readAll, sequenced } from '../batches.ts';
import { checkInvariants } from '../check-invariants.ts';
import {
  BROKER_ID,
  countCalls,
  newPartition,
  newPartitions,
  openLogs,
  openManualLogs,
  openStores,
  told,
} from '../test-logs.ts';

const OTHER_BROKER = 2;
const large = (bytes = 200_000) => batchOf(['x'.repeat(bytes)]);

test('a partition that another broker led is taken over at the first append, and then no more', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores, { leader: OTHER_BROKER });
  const logs = openLogs(stores);
  expect(await logs.append(partition, [batchOf(['a'])])).toEqual([
    { kind: 'appended', baseOffset: 0, leaderEpoch: 1 },
  ]);
  await logs.append(partition, [batchOf(['b'])]);
  expect(countCalls(logs.calls)['metadata.lead']).toBe(1);
  expect(await stores.metadata.getHead(partition)).toMatchObject({ leader: BROKER_ID, epoch: 1 });
});

test.each<Fault>(['notDone', 'lost', 'answerLost', 'late'])(
  'a take-over whose answer is %s is tried again until a head shows it',
  async (fault) => {
    const stores = await openStores();
    const partition = await newPartition(stores, { leader: OTHER_BROKER });
    const logs = openLogs(stores);
    logs.faults.order('metadata.lead', fault);
    expect(told(await logs.append(partition, [batchOf(['a'])]))).toEqual([0]);
    await logs.faults.releaseLate();
    expect(await stores.metadata.getHead(partition)).toMatchObject({ leader: BROKER_ID, epoch: 1, next: 1 });
  },
);

test('of two processes that take over at once one does, and the other adopts its epoch', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores, { leader: OTHER_BROKER });
  const [one, two] = [openLogs(stores), openLogs(stores)];
  two.faults.before('metadata.lead', () => one.append(partition, [batchOf(['first'])]));
  expect(told(await two.append(partition, [batchOf(['second'])]))).toEqual([1]);
  expect(await stores.metadata.getHead(partition)).toMatchObject({ epoch: 1 });
});

test('of two brokers that take over at once one does, and the other tells who', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores, { leader: OTHER_BROKER });
  const logs = openLogs(stores);
  logs.faults.before('metadata.lead', () => stores.metadata.lead({ partition, to: 3, seen: asEpoch(0) }));
  const [outcome] = await logs.append(partition, [batchOf(['a'])]);
  expect(outcome).toMatchObject({
    error: { error: 'NOT_LEADER_OR_FOLLOWER', message: 'Broker 3 leads this partition.' },
  });
  expect(await stores.metadata.getHead(partition)).toMatchObject({ leader: 3, next: 0 });
});

test('an epoch that another process of this broker raised is adopted', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  await logs.append(partition, [batchOf(['a'])]);
  await stores.metadata.lead({ partition, to: BROKER_ID, seen: asEpoch(0) });
  expect(await logs.append(partition, [batchOf(['b'])])).toEqual([
    { kind: 'appended', baseOffset: 1, leaderEpoch: 1 },
  ]);
  expect((await checkInvariants(stores, partition)).problems).toEqual([]);
});

test('a partition that another broker has taken over is not written to', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  await logs.append(partition, [batchOf(['a'])]);
  await stores.metadata.lead({ partition, to: OTHER_BROKER, seen: asEpoch(0) });
  expect(told(await logs.append(partition, [batchOf(['b'])]))).toEqual(['NOT_LEADER_OR_FOLLOWER']);
  expect(await readAll(logs, partition)).toEqual(['a']);
});

test('who was told that another broker leads knows it from then on', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  await logs.append(partition, [batchOf(['a'])]);
  await stores.metadata.lead({ partition, to: OTHER_BROKER, seen: asEpoch(0) });
  expect(told(await logs.append(partition, [batchOf(['b'])]))).toEqual(['NOT_LEADER_OR_FOLLOWER']);
  // Asked once more, it takes over, and does not go by the head of long ago.
  expect(told(await logs.append(partition, [batchOf(['c'])]))).toEqual([1]);
});

test('an append that cannot be named fails, and does not hang; the next one is appended', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  await logs.append(partition, [batchOf(['a'])]);
  const draw = logs.runtime.randomBytes.bind(logs.runtime);
  logs.runtime.randomBytes = (length) => {
    if (length > 1) throw new Error('nothing to draw from');
    return draw(length);
  };
  expect(told(await logs.append(partition, [batchOf(['b'])]))).toEqual(['UNKNOWN_SERVER_ERROR']);
  logs.runtime.randomBytes = draw;
  expect(told(await logs.append(partition, [batchOf(['c'])]))).toEqual([1]);
  expect(logs.errors).toHaveLength(1);
});

test('an append for which no object can be named fails, and does not hang', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  await stores.metadata.raiseBarrier(partition, '7'.padEnd(26, 'Z')); // the last moment that a ULID can name
  expect(told(await logs.append(partition, [batchOf(['a'])]))).toEqual(['UNKNOWN_SERVER_ERROR']);
  expect(logs.errors).toHaveLength(1);
});

test.each([
  ['an item', batchOf(['b'])],
  ['an object', large()],
])(
  'behind a barrier above its id, an intake comes again as %s under an id above the barrier',
  async (_, batch) => {
    const stores = await openStores();
    const partition = await newPartition(stores);
    const logs = openLogs(stores);
    await logs.append(partition, [batchOf(['a'])]);
    const barrier = '02ZZZZZZZZZZZZZZZZZZZZZZZZ'; // far beyond the clock
    await stores.metadata.raiseBarrier(partition, barrier);
    expect(told(await logs.append(partition, [batch]))).toEqual([1]);
    const { entries, problems } = await checkInvariants(stores, partition);
    expect(problems).toEqual([]);
    expect(entries.map(({ entry }) => entry.objectId > barrier)).toEqual([false, true]);
  },
);

test('a barrier that was seen before the upload costs no second one', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  await stores.metadata.raiseBarrier(partition, '02ZZZZZZZZZZZZZZZZZZZZZZZZ');
  const logs = openLogs(stores);
  expect(told(await logs.append(partition, [large()]))).toEqual([0]);
  expect(countCalls(logs.calls)).toMatchObject({ 'objects.put': 1, 'metadata.append': 1 });
});

test('a topic that was deleted is told as unknown: known before, unknown before, or while it was written', async () => {
  const stores = await openStores();
  const [known, unknown, during] = await newPartitions(stores, 3);
  if (known === undefined || unknown === undefined || during === undefined) throw new Error('no partitions');
  const logs = openLogs(stores);
  await logs.append(known, [batchOf(['a'])]);
  await stores.metadata.kill(known);
  await stores.metadata.kill(unknown);
  logs.faults.before('metadata.append', () => stores.metadata.kill(during));
  const gone = ['UNKNOWN_TOPIC_OR_PARTITION'];
  expect(told(await logs.append(during, [batchOf(['a'])]))).toEqual(gone);
  expect(told(await logs.append(known, [batchOf(['b'])]))).toEqual(gone);
  expect(told(await logs.append(unknown, [batchOf(['b'])]))).toEqual(gone);
  expect(told(await logs.append({ topicId: 'never', partition: 0 }, [batchOf(['b'])]))).toEqual(gone);
});

test('one partition that fails does not hinder those that share its flush', async () => {
  const stores = await openStores();
  const partitions = await newPartitions(stores, 3);
  const logs = openLogs(stores);
  await Promise.all(partitions.map((partition) => logs.append(partition, [batchOf(['a'])])));
  await stores.metadata.kill(partitions[1] ?? { topicId: '', partition: 0 });
  const answers = await Promise.all(partitions.map((partition) => logs.append(partition, [batchOf(['b'])])));
  expect(answers.map(told)).toEqual([[1], ['UNKNOWN_TOPIC_OR_PARTITION'], [1]]);
});

test.each<[string, Fault]>([
  ['throttled', 'notDone'],
  ['without an answer', 'lost'],
  ['done without an answer', 'answerLost'],
  ['done later', 'late'],
  ['done twice', 'twice'],
])('an upload that is %s is put again under the same key, and its records stand once', async (_, fault) => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  logs.faults.order('objects.put', fault);
  expect(told(await logs.append(partition, [large(), sequenced(1, 0)]))).toEqual([0, 1]);
  await logs.faults.releaseLate();
  const { records, problems } = await checkInvariants(stores, partition);
  expect([records.length, problems]).toEqual([2, []]);
  expect(await readAll(openLogs(stores), partition)).toHaveLength(2);
});

test.each<[Fault, number]>([
  ['notDone', 100],
  ['lost', 100],
])(
  'an upload that is %s for ever fails its append in the end, and nothing refers to it',
  async (fault, times) => {
    const stores = await openStores();
    const partition = await newPartition(stores);
    const logs = openLogs(stores);
    logs.faults.order('objects.put', ...Array<Fault>(times).fill(fault));
    expect(told(await logs.append(partition, [large()]))).toEqual(['KAFKA_STORAGE_ERROR']);
    expect(countCalls(logs.calls)['metadata.append']).toBeUndefined();
  },
);

test.each(['objects.put', 'metadata.intake', 'metadata.append'] as const)(
  'a disk that is full at %s fails its append at once, and the next one goes on',
  async (operation) => {
    const stores = await openStores();
    const partition = await newPartition(stores);
    const logs = openLogs(stores);
    logs.faults.order(operation, 'notDoneForGood');
    const before = logs.runtime.monotonicMs();
    expect(told(await logs.append(partition, [large()]))).toEqual(['KAFKA_STORAGE_ERROR']);
    expect(logs.runtime.monotonicMs()).toBe(before);
    expect(told(await logs.append(partition, [large()]))).toEqual([0]);
  },
);

test.each(['metadata.intake', 'metadata.append', 'metadata.getHeads'] as const)(
  'a store that is throttled at %s is asked again after a wait, and the order is kept',
  async (operation) => {
    const stores = await openStores();
    const partition = await newPartition(stores);
    const logs = openLogs(stores);
    const before = logs.runtime.monotonicMs();
    logs.faults.order(operation, 'notDone', 'notDone');
    const first = logs.append(partition, [batchOf(['a']), batchOf(['b'])]);
    const second = logs.append(partition, [batchOf(['c'])]);
    expect([told(await first), told(await second)]).toEqual([[0, 1], [2]]);
    expect(await readAll(logs, partition)).toEqual(['a', 'b', 'c']);
    expect(logs.runtime.monotonicMs()).toBeGreaterThan(before);
  },
);

test('a store that stays throttled fails what waits, and says that nothing was written', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const logs = openLogs(stores);
  logs.faults.order('metadata.append', ...Array<Fault>(10).fill('notDone'));
  const [outcome] = await logs.append(partition, [batchOf(['a'])]);
  expect(outcome).toMatchObject({ kind: 'failed', error: { error: 'KAFKA_STORAGE_ERROR' } });
  expect(await stores.metadata.getHead(partition)).toMatchObject({ next: asOffset(0) });
  expect(told(await logs.append(partition, [batchOf(['b'])]))).toEqual([0]);
});

test('partitions that are throttled together wait together, not one after the other', async () => {
  const stores = await openStores();
  const partitions = await newPartitions(stores, 50);
  const logs = openLogs(stores);
  logs.faults.order('metadata.intake', ...Array<Fault>(4).fill('notDone'));
  const before = logs.runtime.monotonicMs();
  const answers = await Promise.all(partitions.map((partition) => logs.append(partition, [batchOf(['a'])])));
  expect(answers.flatMap(told)).toEqual(partitions.map(() => 0));
  expect(logs.runtime.monotonicMs() - before).toBeLessThan(25 + 25 + 50 + 100); // four waits, each at its longest
});

test('a partition whose head cannot be read does not hold up those that share its flush', async () => {
  const stores = await openStores();
  const [stuck, free] = await newPartitions(stores, 2);
  if (stuck === undefined || free === undefined) throw new Error('no partitions');
  const logs = openManualLogs(stores); // its clock stands still until somebody is woken
  await logs.append(free, [batchOf(['a'])]);
  logs.faults.order('metadata.getHeads', 'notDone', 'notDone');
  const asleep = logs.runtime.whenAsleep();
  const waiting = logs.append(stuck, [batchOf(['s'])]);
  expect(told(await logs.append(free, [batchOf(['b'])]))).toEqual([1]);
  await asleep;
  const asleepAgain = logs.runtime.whenAsleep();
  logs.runtime.wakeNext();
  await asleepAgain;
  logs.runtime.wakeNext();
  expect(told(await waiting)).toEqual([0]);
});
