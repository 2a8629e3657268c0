import { expect, test } from 'vitest';
import { ask, makeConsumer, produce } from '../support/consumers.ts';
import { freshName } from '../support/names.ts';
import { freshTopic } from '../support/topics.ts';

const setUp = () => freshTopic('quakes', { partitions: 3 });
const of = (topic: string, ...partitions: readonly unknown[]) => ({
  partitions: partitions.map((partition) => ({ topic, partition })) as { topic: string; partition: number }[],
});

test('partitions that are assigned by hand are read by whoever assigns them, and the group does not hear of it', async () => {
  const topic = await setUp();
  const group = freshName('group');
  await produce(topic, 0, 'a');
  await produce(topic, 2, 'c');
  const [one, two] = [await makeConsumer({ group }), await makeConsumer({ group })];
  expect(await one.assignments()).toEqual([]);
  for (const consumer of [one, two]) {
    await consumer.tell('POST', '/assignments', of(topic, 2, 0, 1));
    expect(await consumer.assignments()).toEqual([`${topic}-2`, `${topic}-0`, `${topic}-1`]);
    expect(await consumer.readNames()).toEqual([`${topic}-0@0`, `${topic}-2@0`]);
  }
  expect(await ask('GET', `/groups/${group}`)).toMatchObject({ status: 404 });
});

test('the next assignment takes the place of this one, and positions of what stays, stay', async () => {
  const topic = await setUp();
  for (const partition of [0, 1]) await produce(topic, partition, 'a', 'b');
  const consumer = await makeConsumer();
  await consumer.tell('POST', '/assignments', of(topic, 0));
  expect(await consumer.readNames()).toEqual([`${topic}-0@0`, `${topic}-0@1`]);
  await consumer.tell('POST', '/assignments', of(topic, 0, 1));
  expect(await consumer.readNames()).toEqual([`${topic}-1@0`, `${topic}-1@1`]);
  await consumer.tell('POST', '/assignments', of(topic, 1));
  await consumer.tell('POST', '/assignments', of(topic, 0, 1));
  expect(await consumer.readNames()).toEqual([`${topic}-0@0`, `${topic}-0@1`]);
});

test('an assignment of nothing ends it', async () => {
  const topic = await setUp();
  const consumer = await makeConsumer(of(topic, 0));
  await consumer.tell('POST', '/assignments', { partitions: [] });
  expect(await consumer.assignments()).toEqual([]);
  await consumer.tell('POST', '/subscription', { topics: [topic] });
});

test.each<[string, (topic: string) => unknown, number, number, string]>([
  ['an unknown partition', (topic) => of(topic, 3), 404, 40402, 'has partitions 0 to 2, not 3'],
  ['an unknown topic', (topic) => of(`${topic}-none`, 0), 404, 40401, '-none'],
  ['a partition that is named twice', (topic) => of(topic, 0, 0), 400, 40002, 'named twice'],
  ['no partitions', () => ({}), 422, 422, 'partitions'],
  ['a topic alone', (topic) => ({ partitions: [{ topic }] }), 422, 422, 'partitions[0].partition'],
  ['a negative partition', (topic) => of(topic, -1), 422, 422, 'partitions[0].partition'],
  [
    'an offset',
    (topic) => ({ partitions: [{ topic, partition: 0, offset: 1 }] }),
    422,
    422,
    'Unrecognized field',
  ],
])('%s is refused, and changes nothing', async (_, bodyOf, status, errorCode, message) => {
  const topic = await setUp();
  const consumer = await makeConsumer(of(topic, 1));
  expect(await consumer.ask('POST', '/assignments', bodyOf(topic))).toMatchObject({
    status,
    body: { error_code: errorCode, message: expect.stringContaining(message) },
  });
  expect(await consumer.assignments()).toEqual([`${topic}-1`]);
});

test('partition numbers may come as text, as Confluent takes them', async () => {
  const topic = await setUp();
  const consumer = await makeConsumer();
  await consumer.tell('POST', '/assignments', of(topic, '1'));
  expect(await consumer.assignments()).toEqual([`${topic}-1`]);
});
