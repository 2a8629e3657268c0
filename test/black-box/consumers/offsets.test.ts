import { expect, test } from 'vitest';
import { makeConsumer, produce } from '../support/consumers.ts';
import { freshGroup, nameOf } from '../support/groups.ts';
import { freshName } from '../support/names.ts';
import { freshTopic } from '../support/topics.ts';

async function setUp() {
  const topic = await freshTopic('quakes', { partitions: 2 });
  await produce(topic, 0, 'a', 'b', 'c');
  await produce(topic, 1, 'd');
  return { topic, group: freshName('group'), both: [`${topic}-0`, `${topic}-1`] };
}

const offsets = (
  topic: string,
  ...all: readonly [partition: number, offset: unknown, metadata?: string][]
) => ({
  offsets: all.map(([partition, offset, metadata]) => ({ topic, partition, offset, metadata })),
});

test.each([undefined, null, {}, { offsets: null }, { offsets: [] }])(
  'a commit with %j is of all that was read, and not of what was not',
  async (body) => {
    const { topic, both } = await setUp();
    const consumer = await makeConsumer({ topics: [topic] });
    await consumer.read();
    await produce(topic, 0, 'not read');
    expect(await consumer.ask('POST', '/offsets', body)).toMatchObject({ status: 200, body: [] });
    expect(await consumer.committed(...both)).toEqual([`${topic}-0@3`, `${topic}-1@1`]);
  },
);

test('an offset that is named is that of the last record that was read, as with Confluent', async () => {
  const { topic } = await setUp();
  const consumer = await makeConsumer({ topics: [topic] });
  await consumer.read();
  const toCommit = offsets(topic, [0, 1, 'halfway'], [1, '-1']);
  expect(await consumer.ask('POST', '/offsets', toCommit)).toMatchObject({ status: 200, body: [] });
  expect((await consumer.ask('GET', `/offsets?partitions=${topic}:0,${topic}:1`)).body).toEqual({
    offsets: [
      { topic, partition: 0, offset: 2, metadata: 'halfway' },
      { topic, partition: 1, offset: 0, metadata: '' },
    ],
  });
  expect(await consumer.readNames()).toEqual([]); // it moves no position
});

test('who comes after a restart goes on behind what was committed', async () => {
  const { topic, group } = await setUp();
  const consumer = await makeConsumer({ group, topics: [topic] });
  await consumer.read();
  await consumer.ask('POST', '/offsets', offsets(topic, [0, 0]));
  await consumer.tell('DELETE', '');
  const next = await makeConsumer({ group, topics: [topic] });
  expect(await next.readNames()).toEqual([`${topic}-0@1`, `${topic}-0@2`, `${topic}-1@0`]);
});

test('an instance with an assignment of its own commits for the group too, as long as nobody is a member', async () => {
  const { topic, group } = await setUp();
  const partitions = [{ topic, partition: 0 }];
  const consumer = await makeConsumer({ group, partitions });
  await consumer.read();
  expect(await consumer.ask('POST', '/offsets')).toMatchObject({ status: 200 });
  expect(await consumer.committed(`${topic}-0`)).toEqual([`${topic}-0@3`]);
  const member = await makeConsumer({ group, topics: [topic] });
  expect(await member.readNames()).toEqual([`${topic}-1@0`]);
  await consumer.tell('POST', '/positions/beginning', { partitions });
  await consumer.read();
  expect(await consumer.ask('POST', '/offsets', offsets(topic, [0, 0]))).toMatchObject({
    status: 404,
    body: { error_code: 40405, message: expect.stringContaining('has members') },
  });
  expect(await consumer.committed(`${topic}-0`)).toEqual([`${topic}-0@3`]);
});

test('partitions that are not its own are 40903, and nothing is committed', async () => {
  const { topic, both } = await setUp();
  for (const consumer of [
    await makeConsumer({ partitions: [{ topic, partition: 0 }] }),
    await makeConsumer({ topics: [topic] }),
  ]) {
    const answer = await consumer.ask('POST', '/offsets', offsets(topic, [0, 0], [1, 0]));
    expect(answer).toMatchObject({
      status: 409,
      body: {
        error_code: 40903,
        message: expect.stringContaining(`Illegal state: No current assignment for partition ${topic}-`),
      },
    });
    expect(await consumer.committed(...both)).toEqual([]);
  }
});

test('what cannot be committed is refused', async () => {
  const { topic, both } = await setUp();
  const consumer = await makeConsumer({ topics: [topic] });
  await consumer.read();
  const refusals: [unknown, number, number][] = [
    [offsets(freshName('none'), [0, 0]), 404, 40401],
    [offsets(topic, [2, 0]), 404, 40402],
    [offsets(topic, [0, 0], [0, 1]), 400, 40002],
    [offsets(topic, [0, 0, 'x'.repeat(40_000)]), 413, 41308],
    [offsets(topic, [0, -2]), 422, 422],
    [offsets(topic, [0, 1.5]), 422, 422],
    [offsets(topic, [0, Number.MAX_SAFE_INTEGER]), 422, 422],
    [{ offsets: [{ topic, partition: 0 }] }, 422, 422],
    [{ partitions: [] }, 422, 422],
  ];
  for (const [body, status, errorCode] of refusals) {
    const answer = await consumer.ask('POST', '/offsets', body);
    expect(answer).toMatchObject({ status, body: { error_code: errorCode } });
    expect(await consumer.committed(...both)).toEqual([]);
  }
});

test('what is told of offsets is what the group has committed, whoever did', async () => {
  const { topic, both } = await setUp();
  const group = freshGroup();
  await group.commit({ offsets: [{ topic, partition: 0, offset: 2 }] });
  const consumer = await makeConsumer({ group: nameOf(group) });
  expect(await consumer.committed(...both)).toEqual([`${topic}-0@2`]);
});

test('offsets of what is not there are not told', async () => {
  const { topic } = await setUp();
  const consumer = await makeConsumer();
  const refusals: [string, number, number][] = [
    [`?partitions=${freshName('none')}:0`, 404, 40401],
    [`?partitions=${topic}:2`, 404, 40402],
    [`?partitions=${topic}:0,${topic}:9`, 404, 40402],
    ['', 404, 40402],
    [`?partitions=${topic}`, 400, 40002],
    [`?partitions=${topic}:x`, 400, 40002],
    [`?partitions=${topic}:0,`, 400, 40002],
    [`?topic=${topic}`, 400, 40002],
  ];
  for (const [query, status, errorCode] of refusals) {
    const answer = await consumer.ask('GET', `/offsets${query}`);
    expect(answer, query).toMatchObject({ status, body: { error_code: errorCode } });
  }
});
