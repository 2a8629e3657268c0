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

test('partitions that are assigned by hand are read by whoever assigns them, and the group does not hear of it', async () => {
  const local = await setUp();
  await produce(local, 'quakes', 0, 'a');
  await produce(local, 'quakes', 2, 'c');
  const [one, two] = [await makeConsumer(local), await makeConsumer(local)];
  expect(await one.assignments()).toEqual([]);
  for (const consumer of [one, two]) {
    await consumer.tell('POST', '/assignments', of('quakes-2', 'quakes-0', 'buses-0'));
    expect(await consumer.assignments()).toEqual(['quakes-2', 'quakes-0', 'buses-0']);
    expect(await consumer.readNames()).toEqual(['quakes-0@0', 'quakes-2@0']);
  }
  expect(await local.broker.groups.list()).toEqual([]);
});

test('the next assignment takes the place of this one, and positions of what stays, stay', async () => {
  const local = await setUp();
  for (const partition of [0, 1]) await produce(local, 'quakes', partition, 'a', 'b');
  const consumer = await makeConsumer(local);
  await consumer.tell('POST', '/assignments', of('quakes-0'));
  expect(await consumer.readNames()).toEqual(['quakes-0@0', 'quakes-0@1']);
  await consumer.tell('POST', '/assignments', of('quakes-0', 'quakes-1'));
  expect(await consumer.readNames()).toEqual(['quakes-1@0', 'quakes-1@1']);
  await consumer.tell('POST', '/assignments', of('quakes-1'));
  await consumer.tell('POST', '/assignments', of('quakes-0', 'quakes-1'));
  expect(await consumer.readNames()).toEqual(['quakes-0@0', 'quakes-0@1']);
});

test('an assignment of nothing ends it', async () => {
  const local = await setUp();
  const consumer = await makeConsumer(local, of('quakes-0'));
  await consumer.tell('POST', '/assignments', { partitions: [] });
  expect(await consumer.assignments()).toEqual([]);
  await consumer.tell('POST', '/subscription', { topics: ['quakes'] });
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

test.each<[unknown, number, number, string]>([
  [of('quakes-3'), 404, 40402, 'quakes has partitions 0 to 2, not 3'],
  [of('quakes-0', 'none-0'), 404, 40401, 'none'],
  [of('quakes-0', 'quakes-0'), 400, 40002, 'named twice'],
  [{}, 422, 422, 'partitions'],
  [{ partitions: [{ topic: 'quakes' }] }, 422, 422, 'partitions[0].partition'],
  [{ partitions: [{ topic: 'quakes', partition: -1 }] }, 422, 422, 'partitions[0].partition'],
  [{ partitions: [{ topic: 'quakes', partition: 0, offset: 1 }] }, 422, 422, 'Unrecognized field'],
])('%j is refused, and changes nothing', async (body, status, errorCode, message) => {
  const local = await setUp();
  const consumer = await makeConsumer(local, of('buses-0'));
  expect(await consumer.ask('POST', '/assignments', body)).toMatchObject({
    status,
    body: { error_code: errorCode, message: expect.stringContaining(message) },
  });
  expect(await consumer.assignments()).toEqual(['buses-0']);
});

test('partition numbers may come as text, as Confluent takes them', async () => {
  const local = await setUp();
  const consumer = await makeConsumer(local);
  await consumer.tell('POST', '/assignments', { partitions: [{ topic: 'quakes', partition: '1' }] });
  expect(await consumer.assignments()).toEqual(['quakes-1']);
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
