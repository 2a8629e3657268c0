import { describe, expect, test } from 'vitest';
import {
  type Consumer,
  type Listening,
  listen,
  listenTwice,
  makeConsumer,
  produce,
  type ReadRecord,
} from './consumers.ts';

const valuesOf = (records: readonly ReadRecord[]) => records.map(({ value }) => value);

/** Lets all read in turns until each has what it shall have. */
async function settle({ broker }: Listening, consumers: readonly Consumer[]): Promise<ReadRecord[]> {
  const read: ReadRecord[] = [];
  for (let turns = 1; turns <= 20; turns += 1) {
    for (const consumer of consumers) read.push(...(await consumer.read()));
    if ((await broker.groups.describe('group')).state === 'Stable') return read;
  }
  throw new Error('the group does not settle');
}

async function counts(consumers: readonly Consumer[]): Promise<number[]> {
  return Promise.all(consumers.map(async (consumer) => (await consumer.assignments()).length));
}

describe('instances of one group', () => {
  test('share: a third one gets its part, and the part of one that is deleted goes to the others', async () => {
    const local = await listen();
    await local.broker.topics.create({ name: 'quakes', partitionCount: 6 });
    const consumers = [
      await makeConsumer(local, { topics: ['quakes'] }),
      await makeConsumer(local, { topics: ['quakes'] }),
    ];
    await settle(local, consumers);
    expect(await counts(consumers)).toEqual([3, 3]);
    consumers.push(await makeConsumer(local, { topics: ['quakes'] }));
    await settle(local, consumers);
    expect(await counts(consumers)).toEqual([2, 2, 2]);

    for (let partition = 0; partition < 6; partition += 1)
      await produce(local, 'quakes', partition, partition);
    const read = await Promise.all(consumers.map((consumer) => consumer.read()));
    expect(read.map(({ length }) => length)).toEqual([2, 2, 2]);
    expect(valuesOf(read.flat()).toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    for (const consumer of consumers) await consumer.ask('POST', '/offsets');

    const [first, ...others] = consumers;
    await first?.tell('DELETE', '');
    await settle(local, others);
    expect(await counts(others)).toEqual([3, 3]);
    for (let partition = 0; partition < 6; partition += 1)
      await produce(local, 'quakes', partition, partition);
    const again = await Promise.all(others.map((consumer) => consumer.read()));
    expect(valuesOf(again.flat()).toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('what the one lets go of is free with the very read that hears of it', async () => {
    const local = await listen();
    await local.broker.topics.create({ name: 'quakes', partitionCount: 2 });
    const one = await makeConsumer(local, { topics: ['quakes'] });
    await one.read();
    const two = await makeConsumer(local, { topics: ['quakes'] });
    await two.read();
    expect(await counts([one, two])).toEqual([2, 0]);
    await one.read();
    await two.read();
    expect(await counts([one, two])).toEqual([1, 1]);
  });

  test('one that has nothing yet hears of its part while it waits', async () => {
    const local = await listen();
    await local.broker.topics.create({ name: 'quakes' });
    const one = await makeConsumer(local, { topics: ['quakes'] });
    await one.read();
    const two = await makeConsumer(local, { topics: ['quakes'] });
    const startMs = performance.now();
    const read = two.readNames('timeout=28000');
    await one.tell('DELETE', '');
    await produce(local, 'quakes', 0, 'a');
    expect(await read).toEqual(['quakes-0@0']);
    expect(performance.now() - startMs).toBeLessThan(14_000);
  });

  test('beyond the partitions they idle; of other groups each gets everything', async () => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a');
    const one = await makeConsumer(local, { topics: ['quakes'] });
    const two = await makeConsumer(local, { topics: ['quakes'] });
    const other = await makeConsumer(local, { group: 'others', topics: ['quakes'] });
    expect(await one.readNames()).toEqual(['quakes-0@0']);
    expect(await two.readNames()).toEqual([]);
    expect(await other.readNames()).toEqual(['quakes-0@0']);
  });

  test('share with members that speak the group protocol themselves', async () => {
    const local = await listen();
    await local.broker.topics.create({ name: 'quakes', partitionCount: 4 });
    const consumer = await makeConsumer(local, { topics: ['quakes'] }, { name: 'reader' });
    await consumer.read();
    const other = { memberId: 'other', subscribedTopicNames: ['quakes'] };
    const joined = await local.broker.groups.heartbeat('group', { ...other, memberEpoch: 0 });
    await consumer.read();
    await local.broker.groups.heartbeat('group', { ...other, memberEpoch: joined.memberEpoch });
    const { members, state } = await local.broker.groups.describe('group');
    expect(state).toBe('Stable');
    expect(members.map(({ clientId }) => clientId).toSorted()).toEqual(['reader', undefined]);
    expect(members.map(({ assignment }) => assignment[0]?.partitions.length)).toEqual([2, 2]);
  });
});

describe('an instance that several processes speak for', () => {
  test('is made through one, and read through the other', async () => {
    const [here, there] = await listenTwice();
    await here.broker.topics.create({ name: 'quakes', partitionCount: 2 });
    await produce(here, 'quakes', 0, 'a');
    const consumer = await makeConsumer(here, { topics: ['quakes'] });
    const elsewhere = consumer.through(there);
    expect(await elsewhere.readNames()).toEqual(['quakes-0@0']);
    await produce(there, 'quakes', 1, 'b');
    expect(await consumer.readNames()).toEqual(['quakes-1@0']);
    await elsewhere.ask('POST', '/offsets');
    expect(await consumer.committed('quakes-0', 'quakes-1')).toEqual(['quakes-0@1', 'quakes-1@1']);
    await consumer.tell('POST', '/positions/beginning', { partitions: [] });
    expect(await elsewhere.read()).toHaveLength(2);
    await elsewhere.tell('DELETE', '');
    expect(await consumer.ask('GET', '/subscription')).toMatchObject({ status: 404 });
  });

  test('a record that comes through another process wakes who waits in this one', async () => {
    const [here, there] = await listenTwice();
    await here.broker.topics.create({ name: 'quakes' });
    const consumer = await makeConsumer(here, { topics: ['quakes'] });
    const read = consumer.readNames('timeout=28000');
    await produce(there, 'quakes', 0, 'a');
    expect(await read).toEqual(['quakes-0@0']);
  });

  test.each(['subscribed', 'assigned'])(
    'reads of a %s one that run at once return each record once',
    async (how) => {
      const [here, there] = await listenTwice();
      const partitions = [0, 1, 2].map((partition) => ({ topic: 'quakes', partition }));
      await here.broker.topics.create({ name: 'quakes', partitionCount: 3 });
      const consumer = await makeConsumer(here, how === 'assigned' ? { partitions } : { topics: ['quakes'] });
      const both = [consumer, consumer.through(there)];
      const read: ReadRecord[] = [];
      const all: number[] = [];
      for (let round = 0; round < 10; round += 1) {
        const reads = [...both, ...both].map((each, at) =>
          each.read(at % 2 === 0 ? 'timeout=0' : 'max_bytes=1&timeout=50'),
        );
        const produced = [0, 1, 2].map(async (partition) => {
          const value = round * 3 + partition;
          all.push(value);
          await produce(here, 'quakes', partition, value);
        });
        await Promise.all(produced);
        for (const records of await Promise.all(reads)) read.push(...records);
      }
      for (;;) {
        const left = await consumer.read();
        if (left.length === 0) break;
        read.push(...left);
      }
      expect(valuesOf(read).toSorted()).toEqual(all.toSorted());
    },
  );

  test('instances that come and go lose nothing, and what is committed is read once', async () => {
    const [here, there] = await listenTwice();
    await here.broker.topics.create({ name: 'quakes', partitionCount: 4 });
    const seen = new Map<string, number>();
    const readAndCommit = async (consumer: Consumer): Promise<void> => {
      for (const { partition, offset } of await consumer.read()) {
        const name = `${partition}@${offset}`;
        seen.set(name, (seen.get(name) ?? 0) + 1);
      }
      expect(await consumer.ask('POST', '/offsets')).toMatchObject({ status: 200 });
    };
    let consumers: Consumer[] = [];
    for (let round = 0; round < 12; round += 1) {
      for (const partition of [0, 1, 2, 3]) await produce(here, 'quakes', partition, round);
      if (round % 3 === 0)
        consumers.push(await makeConsumer(round % 2 === 0 ? here : there, { topics: ['quakes'] }));
      if (round % 5 === 4) {
        await consumers[0]?.tell('DELETE', '');
        consumers = consumers.slice(1);
      }
      for (const consumer of consumers) await readAndCommit(consumer.through(round % 2 === 0 ? there : here));
    }
    for (let turn = 0; turn < 6; turn += 1) for (const consumer of consumers) await readAndCommit(consumer);
    expect(seen.size).toBe(48);
    expect(new Set(seen.values())).toEqual(new Set([1]));
  });
});
