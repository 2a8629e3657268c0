import { expect, test } from 'vitest';
import { type Consumer, makeConsumer, produce } from '../support/consumers.ts';
import { freshName } from '../support/names.ts';
import { freshTopic } from '../support/topics.ts';

/** Names of which a pattern matches two; only one of these tests makes the topics, too. */
function names() {
  const common = freshName('q');
  return { quakes: `${common}-quakes`, quiet: `${common}-quiet`, buses: freshName('buses'), common };
}

async function topics() {
  const [quakes, quiet, buses] = [
    await freshTopic('quakes'),
    await freshTopic('quiet'),
    await freshTopic('buses'),
  ];
  return { quakes, quiet, buses, consumer: await makeConsumer() };
}

const subscribed = async (consumer: Consumer) => (await consumer.ask('GET', '/subscription')).body;

test('a subscription names topics; the next one of its kind takes its place', async () => {
  const { quakes, quiet, buses } = names();
  const consumer = await makeConsumer();
  expect(await subscribed(consumer)).toEqual({ topics: [] });
  await consumer.tell('POST', '/subscription', { topics: [quakes, buses, quakes] });
  expect(await subscribed(consumer)).toEqual({ topics: [buses, quakes] });
  await consumer.tell('POST', '/subscription', { topics: [quiet] });
  expect(await subscribed(consumer)).toEqual({ topics: [quiet] });
});

test('what is read follows the subscription', async () => {
  const { quakes, quiet, buses, consumer } = await topics();
  for (const topic of [quakes, quiet, buses]) await produce(topic, 0, topic);
  await consumer.tell('POST', '/subscription', { topics: [quakes] });
  expect(await consumer.readNames()).toEqual([`${quakes}-0@0`]);
  await consumer.tell('POST', '/subscription', { topics: [buses, quakes] });
  expect(await consumer.readNames()).toEqual([`${buses}-0@0`]);
  await consumer.tell('POST', '/subscription', { topics: [quiet] });
  expect(await consumer.readNames()).toEqual([`${quiet}-0@0`]);
  expect(await consumer.assignments()).toEqual([`${quiet}-0`]);
});

test('a pattern matches whole names, and tells which', async () => {
  const { quakes, quiet, common } = names();
  for (const topic of [quakes, quiet]) await produce(topic, 0, 'made by producing to it');
  const consumer = await makeConsumer();
  await consumer.tell('POST', '/subscription', { topic_pattern: `${common}-qu.*` });
  expect(await subscribed(consumer)).toEqual({ topics: [quakes, quiet] });
  expect(await consumer.readNames()).toEqual([`${quakes}-0@0`, `${quiet}-0@0`]);
  await consumer.tell('POST', '/subscription', { topic_pattern: `${common}-quake` });
  expect(await subscribed(consumer)).toEqual({ topics: [] });
});

test('who unsubscribes reads nothing, and may assign partitions then', async () => {
  const { quakes, consumer } = await topics();
  await produce(quakes, 0, 'a');
  await consumer.tell('POST', '/subscription', { topics: [quakes] });
  await consumer.read();
  await consumer.tell('DELETE', '/subscription');
  expect(await subscribed(consumer)).toEqual({ topics: [] });
  expect(await consumer.assignments()).toEqual([]);
  expect(await consumer.ask('GET', '/records')).toMatchObject({ status: 409, body: { error_code: 40903 } });
  await consumer.tell('POST', '/assignments', { partitions: [{ topic: quakes, partition: 0 }] });
  expect(await consumer.readNames()).toEqual([`${quakes}-0@0`]);
  await consumer.tell('DELETE', '/subscription');
  await consumer.tell('DELETE', '/subscription');
  await consumer.tell('POST', '/subscription', { topics: [quakes] });
});

test('a subscription to nothing is none', async () => {
  const { quakes } = names();
  const consumer = await makeConsumer();
  await consumer.tell('POST', '/subscription', { topics: [quakes] });
  await consumer.tell('POST', '/subscription', { topics: [] });
  expect(await subscribed(consumer)).toEqual({ topics: [] });
  await consumer.tell('POST', '/subscription', { topic_pattern: `${quakes}.*` });
});

test.each([
  ['topics', 'pattern'],
  ['pattern', 'topics'],
  ['topics', 'partitions'],
  ['pattern', 'partitions'],
  ['partitions', 'topics'],
  ['partitions', 'pattern'],
] as const)('after %s, %s are 40903', async (first, then) => {
  const topic = await freshTopic();
  const consumer = await makeConsumer();
  const given = {
    topics: { path: '/subscription', body: { topics: [topic] } },
    pattern: { path: '/subscription', body: { topic_pattern: `${topic}.*` } },
    partitions: { path: '/assignments', body: { partitions: [{ topic, partition: 0 }] } },
  };
  await consumer.tell('POST', given[first].path, given[first].body);
  expect(await consumer.ask('POST', given[then].path, given[then].body)).toMatchObject({
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
  const consumer = await makeConsumer();
  expect(await consumer.ask('POST', '/subscription', body)).toMatchObject({
    status,
    body: { error_code: errorCode },
  });
  expect(await subscribed(consumer)).toEqual({ topics: [] });
});
