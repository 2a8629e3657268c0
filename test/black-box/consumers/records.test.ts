import { expect, test } from 'vitest';
import { BINARY_V2, JSON_V2, V2_JSON } from '../../../lib/api/http/media-types.ts';
import { ask, makeConsumer, produce } from '../support/consumers.ts';
import { fetchRecords } from '../support/records.ts';
import { freshTopic } from '../support/topics.ts';

test('a record has the fields that a fetch of its partition gives it, in either format', async () => {
  const topic = await freshTopic();
  const record = {
    key: { id: 1 },
    value: { mag: 4.2 },
    timestamp: 1_700_000_000_000,
    headers: [{ name: 'feed', value: 'dXNncw==' }],
  };
  const body = { records: [record, { value: null }] };
  await ask('POST', `/topics/${topic}`, body, { 'Content-Type': JSON_V2 });
  for (const [format, type] of [
    ['json', JSON_V2],
    ['binary', BINARY_V2],
  ] as const) {
    const consumer = await makeConsumer({ topics: [topic] }, { format });
    const read = await consumer.records(type);
    expect(read.headers.get('content-type')).toBe(type);
    const fetched = await (await fetchRecords(topic, { as: type })).json();
    expect(fetched).toHaveLength(2);
    expect(read.body).toEqual(fetched);
  }
});

test.each([
  ['json', BINARY_V2],
  ['json', V2_JSON],
  ['json', 'application/json'],
  ['binary', JSON_V2],
])('of an instance for %s, records as %s are 40601', async (format, type) => {
  const topic = await freshTopic();
  await produce(topic, 0, 'a');
  const consumer = await makeConsumer({ topics: [topic] }, { format });
  expect(await consumer.records(type)).toMatchObject({
    status: 406,
    body: { error_code: 40601, message: expect.stringContaining(`its format is ${format}`) },
  });
  expect(await consumer.readNames()).toEqual([`${topic}-0@0`]);
});

test.each([
  ['json', '*/*', JSON_V2],
  ['json', `${BINARY_V2};q=0.9, ${JSON_V2};q=0.1`, JSON_V2],
  ['binary', '*/*', BINARY_V2],
  ['binary', V2_JSON, V2_JSON],
  ['binary', 'application/json', 'application/json'],
  ['binary', `${JSON_V2}, ${BINARY_V2};q=0.1`, BINARY_V2],
])('an instance for %s may be asked for %s', async (format, accept, type) => {
  const topic = await freshTopic();
  await produce(topic, 0, 'a');
  const consumer = await makeConsumer({ topics: [topic] }, { format });
  const read = await consumer.records(accept);
  expect(read).toMatchObject({ status: 200, body: [{ value: format === 'json' ? 'a' : 'ImEi' }] });
  expect(read.headers.get('content-type')).toBe(type);
});

test('max_bytes ends an answer behind a batch, one batch always comes, and the next read goes on behind it', async () => {
  const topic = await freshTopic();
  await produce(topic, 0, 'a', 'b');
  await produce(topic, 0, 'c');
  await produce(topic, 0, 'd');
  const consumer = await makeConsumer({ topics: [topic] });
  expect(await consumer.readNames('timeout=0&max_bytes=1')).toEqual([`${topic}-0@0`, `${topic}-0@1`]);
  expect(await consumer.readNames('timeout=0&max_bytes=160')).toEqual([`${topic}-0@2`, `${topic}-0@3`]);
  expect(await consumer.readNames()).toEqual([]);
});

test('partitions have their turn, whatever lies in the others', async () => {
  const topic = await freshTopic('quakes', { partitions: 3 });
  for (const partition of [0, 1, 2]) for (const value of ['a', 'b']) await produce(topic, partition, value);
  const consumer = await makeConsumer({ topics: [topic] });
  const reads: string[] = [];
  for (let read = 0; read < 6; read += 1) reads.push(...(await consumer.readNames('timeout=0&max_bytes=1')));
  expect(reads.slice(0, 3).toSorted()).toEqual([0, 1, 2].map((partition) => `${topic}-${partition}@0`));
  expect(reads.slice(3).toSorted()).toEqual([0, 1, 2].map((partition) => `${topic}-${partition}@1`));
});

test.each(['timeout=a', 'max_bytes=1.5', 'timeout=1&timeout=2', 'min_bytes=1'])(
  '%s is refused',
  async (query) => {
    const consumer = await makeConsumer({ topics: [await freshTopic()] });
    expect(await consumer.records(JSON_V2, query)).toMatchObject({
      status: 400,
      body: { error_code: 40002 },
    });
  },
);

test('who is subscribed to nothing and has nothing assigned reads nothing: 40903', async () => {
  const consumer = await makeConsumer();
  expect(await consumer.records()).toMatchObject({
    status: 409,
    body: { error_code: 40903, message: expect.stringMatching(/^Illegal state: Consumer is not subscribed/) },
  });
});

test('a read waits, and is answered when a record comes into any of its partitions', async () => {
  const topic = await freshTopic('quakes', { partitions: 20 });
  const consumer = await makeConsumer({ topics: [topic] });
  expect(await consumer.readNames()).toEqual([]);
  const startMs = performance.now();
  const read = consumer.readNames('timeout=20000');
  await produce(topic, 13, 'a');
  expect(await read).toEqual([`${topic}-13@0`]);
  expect(performance.now() - startMs).toBeLessThan(10_000);
});
