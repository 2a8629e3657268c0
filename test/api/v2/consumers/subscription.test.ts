import { expect, test } from 'vitest';
import { type Consumer, listen, makeConsumer, produce } from './consumers.ts';

async function setUp() {
  const local = await listen();
  for (const name of ['quakes', 'quiet', 'buses']) await local.broker.topics.create({ name });
  return { local, consumer: await makeConsumer(local) };
}

const subscribed = async (consumer: Consumer) => (await consumer.ask('GET', '/subscription')).body;

test('a subscription names topics; the next one of its kind takes its place', async () => {
  const { consumer } = await setUp();
  expect(await subscribed(consumer)).toEqual({ topics: [] });
  await consumer.tell('POST', '/subscription', { topics: ['quakes', 'buses', 'quakes'] });
  expect(await subscribed(consumer)).toEqual({ topics: ['buses', 'quakes'] });
  await consumer.tell('POST', '/subscription', { topics: ['quiet'] });
  expect(await subscribed(consumer)).toEqual({ topics: ['quiet'] });
});

test('what is read follows the subscription', async () => {
  const { local, consumer } = await setUp();
  for (const topic of ['quakes', 'quiet', 'buses']) await produce(local, topic, 0, topic);
  await consumer.tell('POST', '/subscription', { topics: ['quakes'] });
  expect(await consumer.readNames()).toEqual(['quakes-0@0']);
  await consumer.tell('POST', '/subscription', { topics: ['buses', 'quakes'] });
  expect(await consumer.readNames()).toEqual(['buses-0@0']);
  await consumer.tell('POST', '/subscription', { topics: ['quiet'] });
  expect(await consumer.readNames()).toEqual(['quiet-0@0']);
  expect(await consumer.assignments()).toEqual(['quiet-0']);
});

test('a pattern matches whole names, and tells which', async () => {
  const { local, consumer } = await setUp();
  for (const topic of ['quakes', 'quiet', 'buses']) await produce(local, topic, 0, topic);
  await consumer.tell('POST', '/subscription', { topic_pattern: 'qu.*' });
  expect(await subscribed(consumer)).toEqual({ topics: ['quakes', 'quiet'] });
  expect(await consumer.readNames()).toEqual(['quakes-0@0', 'quiet-0@0']);
  await consumer.tell('POST', '/subscription', { topic_pattern: 'quake' });
  expect(await subscribed(consumer)).toEqual({ topics: [] });
});

test('a topic may be subscribed to before there is one', async () => {
  // Each heartbeat looks for new topics.
  const local = await listen({ config: { 'group.consumer.heartbeat.interval.ms': 1 } });
  const consumer = await makeConsumer(local, { topics: ['later'] });
  expect(await consumer.readNames()).toEqual([]);
  await produce(local, 'later', 0, 'made by producing to it');
  expect(await consumer.readNames()).toEqual(['later-0@0']);
});

test('who unsubscribes reads nothing, and may assign partitions then', async () => {
  const { local, consumer } = await setUp();
  await produce(local, 'quakes', 0, 'a');
  await consumer.tell('POST', '/subscription', { topics: ['quakes'] });
  await consumer.read();
  await consumer.tell('DELETE', '/subscription');
  expect(await subscribed(consumer)).toEqual({ topics: [] });
  expect(await consumer.assignments()).toEqual([]);
  expect((await local.broker.groups.describe('group')).state).toBe('Empty');
  expect(await consumer.ask('GET', '/records')).toMatchObject({ status: 409, body: { error_code: 40903 } });
  await consumer.tell('POST', '/assignments', { partitions: [{ topic: 'quakes', partition: 0 }] });
  expect(await consumer.readNames()).toEqual(['quakes-0@0']);
  await consumer.tell('DELETE', '/subscription');
  await consumer.tell('DELETE', '/subscription');
  await consumer.tell('POST', '/subscription', { topics: ['quakes'] });
});

test('a subscription to nothing is none', async () => {
  const { consumer } = await setUp();
  await consumer.tell('POST', '/subscription', { topics: ['quakes'] });
  await consumer.tell('POST', '/subscription', { topics: [] });
  expect(await subscribed(consumer)).toEqual({ topics: [] });
  await consumer.tell('POST', '/subscription', { topic_pattern: '.*' });
});

const topics = { topics: ['quakes'] };
const pattern = { topic_pattern: 'q.*' };
const partitions = { partitions: [{ topic: 'quakes', partition: 0 }] };

test.each([
  [
    ['/subscription', topics],
    ['/subscription', pattern],
  ],
  [
    ['/subscription', pattern],
    ['/subscription', topics],
  ],
  [
    ['/subscription', topics],
    ['/assignments', partitions],
  ],
  [
    ['/subscription', pattern],
    ['/assignments', partitions],
  ],
  [
    ['/assignments', partitions],
    ['/subscription', topics],
  ],
  [
    ['/assignments', partitions],
    ['/subscription', pattern],
  ],
] as const)('after POST %j, %j is 40903', async ([path, body], [otherPath, otherBody]) => {
  const { consumer } = await setUp();
  await consumer.tell('POST', path, body);
  expect(await consumer.ask('POST', otherPath, otherBody)).toMatchObject({
    status: 409,
    body: { error_code: 40903, message: expect.stringContaining('mutually exclusive') },
  });
});

test.each<[unknown, number, number]>([
  [{ topics: ['quakes'], topic_pattern: 'q.*' }, 409, 40903],
  [{}, 422, 422],
  [{ topics: null }, 422, 422],
  [{ topics: 'quakes' }, 422, 422],
  [{ topics: [1] }, 422, 422],
  [{ topic: ['quakes'] }, 422, 422],
  [{ topics: ['no topic'] }, 400, 40002],
  [{ topics: [''] }, 400, 40002],
  [{ topic_pattern: '(' }, 400, 40002],
  [{ topic_pattern: '(?=q)' }, 400, 40002],
])('%j is no subscription, and changes none', async (body, status, errorCode) => {
  const { consumer } = await setUp();
  expect(await consumer.ask('POST', '/subscription', body)).toMatchObject({
    status,
    body: { error_code: errorCode },
  });
  expect(await subscribed(consumer)).toEqual({ topics: [] });
});

test('more than a thousand topics are no subscription', async () => {
  const { consumer } = await setUp();
  const names = Array.from({ length: 1_001 }, (_, at) => `t${at}`);
  expect(await consumer.ask('POST', '/subscription', { topics: names })).toMatchObject({
    status: 400,
    body: { error_code: 40002, message: expect.stringContaining('above the limit of 1000') },
  });
  await consumer.tell('POST', '/subscription', { topics: names.slice(1) });
});
