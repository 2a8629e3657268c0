import { expect, test } from 'vitest';
import { type Consumer, type Listening, listen, makeConsumer, produce } from './consumers.ts';

async function setUp(): Promise<{ local: Listening; consumer: Consumer }> {
  const local = await listen();
  await local.broker.topics.create({ name: 'quakes', partitionCount: 2 });
  await local.broker.topics.create({ name: 'buses' });
  await produce(local, 'quakes', 0, 'a', 'b', 'c');
  await produce(local, 'quakes', 1, 'd', 'e');
  return { local, consumer: await makeConsumer(local, { topics: ['quakes'] }) };
}

const at = (topic: string, partition: number, offset: unknown) => ({ topic, partition, offset });
const quakes = (...partitions: readonly number[]) => ({
  partitions: partitions.map((partition) => ({ topic: 'quakes', partition })),
});

test('a seek moves the next read of the partitions that it names, and of no others', async () => {
  const { consumer } = await setUp();
  expect(await consumer.read()).toHaveLength(5);
  await consumer.tell('POST', '/positions', { offsets: [at('quakes', 0, 1)] });
  expect(await consumer.readNames()).toEqual(['quakes-0@1', 'quakes-0@2']);
  await consumer.tell('POST', '/positions', { offsets: [at('quakes', 0, 2), at('quakes', 1, '1')] });
  expect((await consumer.readNames()).toSorted()).toEqual(['quakes-0@2', 'quakes-1@1']);
});

test('to the beginning and to the end: of what is named, or of all', async () => {
  const { local, consumer } = await setUp();
  await consumer.read();
  await consumer.tell('POST', '/positions/beginning', quakes(1));
  expect(await consumer.readNames()).toEqual(['quakes-1@0', 'quakes-1@1']);
  await consumer.tell('POST', '/positions/beginning', quakes());
  await consumer.tell('POST', '/positions/end', quakes(0));
  expect(await consumer.readNames()).toEqual(['quakes-1@0', 'quakes-1@1']);
  await consumer.tell('POST', '/positions/beginning', quakes());
  await consumer.tell('POST', '/positions/end', quakes());
  await produce(local, 'quakes', 0, 'behind the end');
  expect(await consumer.readNames()).toEqual(['quakes-0@3']);
});

test('a seek is no commit', async () => {
  const { consumer } = await setUp();
  await consumer.read();
  await consumer.tell('POST', '/positions', { offsets: [at('quakes', 0, 1)] });
  expect(await consumer.committed('quakes-0')).toEqual([]);
  await consumer.ask('POST', '/offsets');
  expect(await consumer.committed('quakes-0')).toEqual(['quakes-0@1']);
});

test('an instance with an assignment of its own may seek before it has read anything', async () => {
  const { local } = await setUp();
  const consumer = await makeConsumer(local, quakes(0, 1));
  await consumer.tell('POST', '/positions', { offsets: [at('quakes', 0, 2)] });
  await consumer.tell('POST', '/positions/end', quakes(1));
  expect(await consumer.readNames()).toEqual(['quakes-0@2']);
});

test.each<[string, unknown, number, number]>([
  ['', { offsets: [at('quakes', 0, 0), at('buses', 0, 0)] }, 409, 40903],
  ['', { offsets: [at('quakes', 0, 0), at('none', 0, 0)] }, 404, 40401],
  ['', { offsets: [at('quakes', 0, 0), at('quakes', 2, 0)] }, 404, 40402],
  ['', { offsets: [at('quakes', 0, -1)] }, 422, 422],
  ['', { offsets: [at('quakes', 0, 'end')] }, 422, 422],
  ['', quakes(0), 422, 422],
  ['/beginning', { partitions: [{ topic: 'buses', partition: 0 }] }, 409, 40903],
  ['/beginning', { partitions: [{ topic: 'none', partition: 0 }] }, 404, 40401],
  ['/beginning', quakes(0, 2), 404, 40402],
  ['/beginning', {}, 422, 422],
  ['/end', { partitions: [{ topic: 'buses', partition: 0 }] }, 409, 40903],
  ['/end', quakes(0, 2), 404, 40402],
  ['/end', { offsets: [] }, 422, 422],
])('POST positions%s with %j is refused, and moves nothing', async (path, body, status, errorCode) => {
  const { consumer } = await setUp();
  await consumer.read();
  const answer = await consumer.ask('POST', `/positions${path}`, body);
  expect(answer).toMatchObject({ status, body: { error_code: errorCode } });
  expect(await consumer.readNames()).toEqual([]);
});

test('a subscribed instance has nothing to seek in before its first read, as with Kafka', async () => {
  const { consumer } = await setUp();
  expect(await consumer.ask('POST', '/positions', { offsets: [at('quakes', 0, 0)] })).toMatchObject({
    status: 409,
    body: { error_code: 40903, message: 'Illegal state: No current assignment for partition quakes-0.' },
  });
  await consumer.tell('POST', '/positions/beginning', quakes());
});
