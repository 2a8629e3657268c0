import { expect, test } from 'vitest';
import { listen, makeConsumer, produce } from './consumers.ts';

async function setUp() {
  const local = await listen();
  await local.broker.topics.create({ name: 'quakes', partitionCount: 3 });
  await local.broker.topics.create({ name: 'buses' });
  return local;
}

const of = (...partitions: readonly string[]) => ({
  partitions: partitions.map((each) => {
    const [topic = '', partition] = each.split('-');
    return { topic, partition: Number(partition) };
  }),
});

test('a topic that is deleted drops out; one that is made anew begins anew', async () => {
  const local = await setUp();
  await produce(local, 'quakes', 1, 'a', 'b', 'c');
  await produce(local, 'buses', 0, 'bus');
  const consumer = await makeConsumer(local, of('quakes-1', 'buses-0'));
  expect(await consumer.readNames()).toEqual(['buses-0@0', 'quakes-1@0', 'quakes-1@1', 'quakes-1@2']);
  await local.broker.topics.delete('quakes');
  await produce(local, 'buses', 0, 'another');
  expect(await consumer.readNames()).toEqual(['buses-0@1']);
  await local.broker.topics.create({ name: 'quakes', partitionCount: 2 });
  await produce(local, 'quakes', 1, 'new');
  expect(await consumer.readNames()).toEqual(['quakes-1@0']);
});

test('more than a thousand partitions are no assignment', async () => {
  const local = await setUp();
  const consumer = await makeConsumer(local);
  const partitions = Array.from({ length: 1_001 }, (_, partition) => ({ topic: 'quakes', partition }));
  expect(await consumer.ask('POST', '/assignments', { partitions })).toMatchObject({
    status: 400,
    body: { error_code: 40002, message: expect.stringContaining('above the limit of 1000') },
  });
});
