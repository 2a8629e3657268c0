import { expect, test } from 'vitest';
import { type Consumer, makeConsumer, produce } from '../support/consumers.ts';
import { freshName } from '../support/names.ts';
import { freshTopic } from '../support/topics.ts';

async function setUp(): Promise<{ topic: string; consumer: Consumer }> {
  const topic = await freshTopic('quakes', { partitions: 2 });
  await produce(topic, 0, 'a', 'b', 'c');
  await produce(topic, 1, 'd', 'e');
  return { topic, consumer: await makeConsumer({ topics: [topic] }) };
}

const at = (topic: string, partition: number, offset: unknown) => ({ topic, partition, offset });
const of = (topic: string, ...partitions: readonly number[]) => ({
  partitions: partitions.map((partition) => ({ topic, partition })),
});

test('a seek moves the next read of the partitions that it names, and of no others', async () => {
  const { topic, consumer } = await setUp();
  expect(await consumer.read()).toHaveLength(5);
  await consumer.tell('POST', '/positions', { offsets: [at(topic, 0, 1)] });
  expect(await consumer.readNames()).toEqual([`${topic}-0@1`, `${topic}-0@2`]);
  await consumer.tell('POST', '/positions', { offsets: [at(topic, 0, 2), at(topic, 1, '1')] });
  expect((await consumer.readNames()).toSorted()).toEqual([`${topic}-0@2`, `${topic}-1@1`]);
});

test('to the beginning and to the end: of what is named, or of all', async () => {
  const { topic, consumer } = await setUp();
  await consumer.read();
  await consumer.tell('POST', '/positions/beginning', of(topic, 1));
  expect(await consumer.readNames()).toEqual([`${topic}-1@0`, `${topic}-1@1`]);
  await consumer.tell('POST', '/positions/beginning', of(topic));
  await consumer.tell('POST', '/positions/end', of(topic, 0));
  expect(await consumer.readNames()).toEqual([`${topic}-1@0`, `${topic}-1@1`]);
  await consumer.tell('POST', '/positions/beginning', of(topic));
  await consumer.tell('POST', '/positions/end', of(topic));
  await produce(topic, 0, 'behind the end');
  expect(await consumer.readNames()).toEqual([`${topic}-0@3`]);
});

test('a seek is no commit', async () => {
  const { topic, consumer } = await setUp();
  await consumer.read();
  await consumer.tell('POST', '/positions', { offsets: [at(topic, 0, 1)] });
  expect(await consumer.committed(`${topic}-0`)).toEqual([]);
  await consumer.ask('POST', '/offsets');
  expect(await consumer.committed(`${topic}-0`)).toEqual([`${topic}-0@1`]);
});

test('an instance with an assignment of its own may seek before it has read anything', async () => {
  const { topic } = await setUp();
  const consumer = await makeConsumer(of(topic, 0, 1));
  await consumer.tell('POST', '/positions', { offsets: [at(topic, 0, 2)] });
  await consumer.tell('POST', '/positions/end', of(topic, 1));
  expect(await consumer.readNames()).toEqual([`${topic}-0@2`]);
});

test('what cannot be sought is refused, and moves nothing', async () => {
  const { topic, consumer } = await setUp();
  const buses = await freshTopic('buses');
  const none = freshName('none');
  await consumer.read();
  const refusals: [string, unknown, number, number][] = [
    ['', { offsets: [at(topic, 0, 0), at(buses, 0, 0)] }, 409, 40903],
    ['', { offsets: [at(topic, 0, 0), at(none, 0, 0)] }, 404, 40401],
    ['', { offsets: [at(topic, 0, 0), at(topic, 2, 0)] }, 404, 40402],
    ['', { offsets: [at(topic, 0, -1)] }, 422, 422],
    ['', { offsets: [at(topic, 0, 'end')] }, 422, 422],
    ['', of(topic, 0), 422, 422],
    ['/beginning', of(buses, 0), 409, 40903],
    ['/beginning', of(none, 0), 404, 40401],
    ['/beginning', of(topic, 0, 2), 404, 40402],
    ['/beginning', {}, 422, 422],
    ['/end', of(buses, 0), 409, 40903],
    ['/end', of(topic, 0, 2), 404, 40402],
    ['/end', { offsets: [] }, 422, 422],
  ];
  for (const [path, body, status, errorCode] of refusals) {
    const answer = await consumer.ask('POST', `/positions${path}`, body);
    expect(answer, `${path} ${JSON.stringify(body)}`).toMatchObject({
      status,
      body: { error_code: errorCode },
    });
    expect(await consumer.readNames()).toEqual([]);
  }
});

test('a subscribed instance has nothing to seek in before its first read, as with Kafka', async () => {
  const { topic, consumer } = await setUp();
  expect(await consumer.ask('POST', '/positions', { offsets: [at(topic, 0, 0)] })).toMatchObject({
    status: 409,
    body: { error_code: 40903, message: `Illegal state: No current assignment for partition ${topic}-0.` },
  });
  await consumer.tell('POST', '/positions/beginning', of(topic));
});

test.each([
  ['earliest', [0, 1]],
  ['latest', [1]],
])('auto.offset.reset %s says where it begins', async (reset, expected) => {
  const topic = await freshTopic();
  await produce(topic, 0, 'before');
  const consumer = await makeConsumer({ topics: [topic] }, { 'auto.offset.reset': reset });
  const first = await consumer.read();
  await produce(topic, 0, 'after');
  const all = [...first, ...(await consumer.read())];
  expect(all.map(({ offset }) => offset)).toEqual(expected);
});

test('auto.offset.reset none is an error by name, until somebody seeks or commits', async () => {
  const topic = await freshTopic();
  const group = freshName('group');
  await produce(topic, 0, 'a', 'b');
  const config = { 'auto.offset.reset': 'none' };
  const consumer = await makeConsumer({ group, topics: [topic] }, config);
  expect(await consumer.records()).toMatchObject({
    status: 416,
    body: {
      error_code: 41601,
      message: expect.stringContaining(`${topic}-0, and auto.offset.reset is none`),
    },
  });
  expect(await consumer.assignments()).toEqual([`${topic}-0`]);
  await consumer.tell('POST', '/positions', { offsets: [at(topic, 0, 1)] });
  expect(await consumer.readNames()).toEqual([`${topic}-0@1`]);
  await consumer.ask('POST', '/offsets', { offsets: [at(topic, 0, 0)] });
  const another = await makeConsumer({ group, ...of(topic, 0) }, config);
  expect(await another.readNames()).toEqual([`${topic}-0@1`]);
});

test('a position behind the end of the log follows auto.offset.reset, too', async () => {
  const topic = await freshTopic();
  await produce(topic, 0, 'a');
  const consumer = await makeConsumer({ topics: [topic] });
  await consumer.read();
  await consumer.tell('POST', '/positions', { offsets: [at(topic, 0, 99)] });
  expect(await consumer.readNames()).toEqual([`${topic}-0@0`]);
});
