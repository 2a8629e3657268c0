import { describe, expect, test } from 'vitest';
import { type Consumer, listenTwice, makeConsumer, produce, type ReadRecord } from './consumers.ts';

const valuesOf = (records: readonly ReadRecord[]) => records.map(({ value }) => value);

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
