import { expect, test } from 'vitest';
import { asEpoch, asOffset } from '../../../lib/kafka/types.ts';
import type { Stores } from '../../../lib/storage/embedded.ts';
import type { PartitionKey } from '../../../lib/storage/head.ts';
import { pageKey } from '../../../lib/storage/keys.ts';
import { type Fault, Faults, faultyStores } from '../../support/faulty-stores.ts';
import { pickSeed } from '../../support/random.ts';
import { batchOf, readAll, sequenced } from '../batches.ts';
import { checkInvariants } from '../check-invariants.ts';
import { distant } from '../metering.ts';
import {
  BROKER_ID,
  countCalls,
  newPartition,
  newPartitions,
  openLogs,
  openStores,
  type TestLogs,
  told,
} from '../test-logs.ts';

/** Two processes on one partition that holds one record, `before`. */
async function openTwo() {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const [logs, other] = [openLogs(stores), openLogs(stores)];
  await logs.append(partition, [batchOf(['before'])]);
  return { stores, partition, logs, other };
}

const append = async (
  logs: TestLogs,
  partition: { topicId: string; partition: number },
  ...values: string[]
) => told(await logs.append(partition, [batchOf(values)]));

const operations = (logs: TestLogs, from: number): string[] =>
  logs.calls.slice(from).map(({ operation }) => operation);

test.each<[Fault, string[]]>([
  ['lost', ['append', 'lead', 'getHead', 'append']],
  ['late', ['append', 'lead', 'getHead', 'append']],
  ['answerLost', ['append', 'lead', 'getHead']],
])('an append that is %s is fenced, then looked for, and only then decided', async (fault, expected) => {
  const { stores, partition, logs } = await openTwo();
  const before = logs.calls.length;
  logs.faults.order('metadata.append', fault);
  expect(await append(logs, partition, 'a', 'b')).toEqual([1]);
  expect(operations(logs, before)).toEqual(expected);
  expect(await stores.metadata.getHead(partition)).toMatchObject({ epoch: 1, leader: BROKER_ID, next: 3 });
  expect(await readAll(logs, partition)).toEqual(['before', 'a', 'b']);
});

test('an append that comes late, behind its fence, is refused for ever', async () => {
  const { stores, partition, logs } = await openTwo();
  logs.faults.order('metadata.append', 'late');
  expect(await append(logs, partition, 'a')).toEqual([1]);
  expect(await logs.faults.releaseLate()).toMatchObject([{ kind: 'refused', head: { epoch: 1 } }]);
  const { records, problems } = await checkInvariants(stores, partition);
  expect([records.map(({ value }) => value), problems]).toEqual([['before', 'a'], []]);
});

test('an append that comes late, but before its fence, is found', async () => {
  const { stores, partition, logs, other } = await openTwo();
  logs.faults.order('metadata.append', 'late');
  logs.faults.before('metadata.lead', async () => {
    await append(other, partition, 'somebody else');
    expect(await logs.faults.releaseLate()).toMatchObject([{ kind: 'done' }]);
  });
  expect(await append(logs, partition, 'a')).toEqual([2]);
  expect(await readAll(logs, partition)).toEqual(['before', 'somebody else', 'a']);
  expect((await checkInvariants(stores, partition)).problems).toEqual([]);
});

test.each([
  ['a page', 12, 'answerLost' as const, 1],
  ['one of many pages', 45, 'answerLost' as const, 1],
  ['no page', 45, 'lost' as const, 46],
])(
  'it is looked for in the pages too: others have rolled it into %s',
  async (_, appends, fault, expected) => {
    const { stores, partition, logs, other } = await openTwo();
    logs.faults.order('metadata.append', fault);
    logs.faults.before('metadata.lead', async () => {
      for (let count = 0; count < appends; count += 1) await append(other, partition, 'somebody else');
      await other.close();
    });
    expect(await append(logs, partition, 'a')).toEqual([expected]);
    const { head, records, problems } = await checkInvariants(stores, partition);
    expect(problems).toEqual([]);
    expect(head.tail).toBeGreaterThan(2);
    expect(records.filter(({ value }) => value === 'a').map(({ offset }) => offset)).toEqual([expected]);
  },
);

test.each<[string, Fault[], number]>([
  ['throttled', ['notDone'], 1],
  ['lost', ['lost'], 1],
  ['done, its answer lost', ['answerLost'], 1],
  ['done late', ['late'], 1],
  ['lost, then late, then done without an answer', ['lost', 'late', 'answerLost'], 1],
])('a fence that is %s itself counts only when a head shows the higher epoch', async (_, faults, epoch) => {
  const { stores, partition, logs } = await openTwo();
  logs.faults.order('metadata.append', 'late');
  logs.faults.order('metadata.lead', ...faults);
  expect(await append(logs, partition, 'a')).toEqual([1]);
  await logs.faults.releaseLate();
  expect(await stores.metadata.getHead(partition)).toMatchObject({ epoch, next: 2 });
  expect(await readAll(logs, partition)).toEqual(['before', 'a']);
});

test('a head that cannot be read behind a fence without an answer is read again', async () => {
  const { partition, logs } = await openTwo();
  logs.faults.order('metadata.append', 'answerLost');
  logs.faults.order('metadata.lead', 'answerLost');
  logs.faults.order('metadata.getHead', 'notDone', 'notDone');
  expect(await append(logs, partition, 'a')).toEqual([1]);
});

test('a look that is throttled behind its fence is repeated: the producer only waits longer', async () => {
  const { stores, partition, logs } = await openTwo();
  logs.faults.order('metadata.append', 'answerLost');
  logs.faults.order('metadata.getHead', 'notDone', 'notDone');
  expect(await append(logs, partition, 'a')).toEqual([1]);
  expect(await stores.metadata.getHead(partition)).toMatchObject({ epoch: 1, next: 2 });
});

test('a partition that cannot be fenced leaves the question open: the late append may still come', async () => {
  const { partition, logs } = await openTwo();
  logs.faults.order('metadata.append', 'late');
  logs.faults.order('metadata.lead', ...Array<Fault>(5).fill('lost'));
  expect(await append(logs, partition, 'a')).toEqual(['REQUEST_TIMED_OUT']);
  expect(await logs.faults.releaseLate()).toMatchObject([{ kind: 'done' }]);
  expect(await append(logs, partition, 'b')).toEqual([2]);
  expect(await readAll(logs, partition)).toEqual(['before', 'a', 'b']);
});

test('a fence that somebody else put up is good enough', async () => {
  const { stores, partition, logs } = await openTwo();
  logs.faults.order('metadata.append', 'late');
  logs.faults.before('metadata.lead', () =>
    stores.metadata.lead({ partition, to: BROKER_ID, seen: asEpoch(0) }),
  );
  expect(await append(logs, partition, 'a')).toEqual([1]);
  expect(await logs.faults.releaseLate()).toMatchObject([{ kind: 'refused' }]);
  expect(await stores.metadata.getHead(partition)).toMatchObject({ epoch: 1, next: 2 });
});

test('two processes that lost an append at once both find out, by one fence', async () => {
  const { stores, partition, logs, other } = await openTwo();
  await append(other, partition, 'known');
  logs.faults.order('metadata.append', 'answerLost');
  other.faults.order('metadata.append', 'lost');
  const answers = await Promise.all([append(logs, partition, 'a'), append(other, partition, 'b')]);
  const { records, problems } = await checkInvariants(stores, partition);
  expect(problems).toEqual([]);
  expect(records).toHaveLength(4);
  expect(answers.flat().map((offset) => records[Number(offset)]?.value)).toEqual(['a', 'b']);
});

test('what retention has passed cannot be told any more', async () => {
  const { partition, logs, other, stores } = await openTwo();
  logs.faults.order('metadata.append', 'lost');
  logs.faults.before('metadata.lead', async () => {
    await append(other, partition, 'somebody else');
    await stores.metadata.advance(partition, asOffset(2));
  });
  expect(await append(logs, partition, 'a')).toEqual(['REQUEST_TIMED_OUT']);
});

test('nor what compaction has passed; but what the head still shows is found all the same', async () => {
  const { partition, logs, other, stores } = await openTwo();
  logs.faults.order('metadata.append', 'answerLost');
  logs.faults.before('metadata.lead', async () => {
    for (let count = 0; count < 12; count += 1) await append(other, partition, 'somebody else');
    await other.close();
    const head = await stores.metadata.getHead(partition);
    const to = head?.tail ?? asOffset(0);
    await stores.metadata.swap({ partition, seen: 0, to, segmentId: '02', put: [], remove: [] });
  });
  expect(await append(logs, partition, 'a')).toEqual(['REQUEST_TIMED_OUT']);
  expect(await append(logs, partition, 'b')).toEqual([14]);
  logs.faults.order('metadata.append', 'answerLost');
  logs.faults.before('metadata.lead', () => stores.metadata.advance(partition, asOffset(16)));
  expect(await append(logs, partition, 'c')).toEqual([15]);
});

test.each<[string, (given: Awaited<ReturnType<typeof openTwo>>) => unknown]>([
  ['damaged', ({ stores, partition }) => overwriteFirstPage(stores, partition)],
  [
    'gone',
    ({ stores, partition }) =>
      stores.metadata.write([{ kind: 'delete', key: pageKey(partition, asOffset(0)), condition: 'none' }]),
  ],
  ['not to be read', ({ logs }) => logs.faults.order('metadata.query', 'notDoneForGood')],
])('a page that is %s leaves the question open', async (_, spoil) => {
  const given = await openTwo();
  const { partition, logs, other } = given;
  logs.faults.order('metadata.append', 'answerLost');
  logs.faults.before('metadata.lead', async () => {
    for (let count = 0; count < 12; count += 1) await append(other, partition, 'somebody else');
    await other.close();
    await spoil(given);
  });
  expect(await append(logs, partition, 'a')).toEqual(['REQUEST_TIMED_OUT']);
});

async function overwriteFirstPage(stores: Stores, partition: PartitionKey): Promise<void> {
  const key = pageKey(partition, asOffset(0));
  await stores.metadata.write([{ kind: 'put', key, attributes: {}, condition: 'none' }]);
}

test('a topic that is deleted meanwhile is told as unknown', async () => {
  const { partition, logs, stores } = await openTwo();
  logs.faults.order('metadata.append', 'answerLost');
  logs.faults.before('metadata.lead', () => stores.metadata.kill(partition));
  expect(await append(logs, partition, 'a')).toEqual(['UNKNOWN_TOPIC_OR_PARTITION']);
});

test('what waits behind a lost append keeps its place behind it', async () => {
  const { partition, logs } = await openTwo();
  logs.faults.order('metadata.append', 'lost');
  const answers = await Promise.all(['a', 'b', 'c'].map((value) => append(logs, partition, value)));
  expect(answers).toEqual([[1], [2], [3]]);
  const held = logs.faults.hold('metadata.lead');
  logs.faults.order('metadata.append', 'lost');
  const first = append(logs, partition, 'd');
  await held.arrived;
  const before = logs.calls.length;
  const second = append(logs, partition, 'e');
  for (let turns = 0; turns < 10; turns += 1) await logs.runtime.nextTurn();
  expect(operations(logs, before)).toEqual([]); // nothing of the partition goes out meanwhile
  held.release();
  expect([await first, await second]).toEqual([[4], [5]]);
  expect(await readAll(logs, partition)).toEqual(['before', 'a', 'b', 'c', 'd', 'e']);
});

test('a partition whose append is lost does not hold up those that share its flush', async () => {
  const stores = await openStores();
  const [lost, fine] = await newPartitions(stores, 2);
  if (lost === undefined || fine === undefined) throw new Error('no partitions');
  const logs = openLogs(stores);
  logs.faults.order('metadata.append', 'lost', 'none');
  const held = logs.faults.hold('metadata.lead');
  const waiting = append(logs, lost, 'a');
  expect(await append(logs, fine, 'b')).toEqual([0]);
  expect(await append(logs, fine, 'c')).toEqual([1]);
  held.release();
  expect(await waiting).toEqual([0]);
});

test('an entry that mixes plain and idempotent batches is fenced as a plain one', async () => {
  const { stores, partition, logs } = await openTwo();
  logs.faults.order('metadata.append', 'late');
  const answers = await logs.append(partition, [sequenced(7, 0), batchOf(['plain']), sequenced(7, 1)]);
  expect(told(answers)).toEqual([1, 2, 3]);
  expect(countCalls(logs.calls)['metadata.lead']).toBe(1);
  await logs.faults.releaseLate();
  const { records, problems } = await checkInvariants(stores, partition);
  expect([records.length, problems]).toEqual([4, []]);
});

test('one lost append among fifty processes raises one epoch, and the others go on under it', async () => {
  const stores = await openStores();
  const partition = await newPartition(stores);
  const seed = pickSeed();
  const faults = new Faults();
  const processes = Array.from({ length: 50 }, (_, at) =>
    openLogs(distant(at === 0 ? faultyStores(stores, faults) : stores, seed + at)),
  );
  await Promise.all(processes.map((logs) => append(logs, partition, 'the head is known')));
  faults.order('metadata.append', 'late');
  const rounds = 5;
  await Promise.all(
    processes.map(async (logs) => {
      for (let round = 0; round < rounds; round += 1) await append(logs, partition, 'x');
      await logs.close();
    }),
  );
  await faults.releaseLate();
  const { head, records, problems } = await checkInvariants(stores, partition);
  expect([head.epoch, records.length, problems]).toEqual([1, processes.length * (rounds + 1), []]);
});
