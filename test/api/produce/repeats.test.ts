import { describe, expect, test } from 'vitest';
import { BINARY_V2, JSON_TYPE, JSON_V2, RECORD_BATCH } from '../../../lib/api/http/media-types.ts';
import { batchOf, sequenced } from '../../log/batches.ts';
import { type TestBroker, testBroker } from '../../support/broker.ts';
import { accept, answered, base64 } from '../../support/requests.ts';

const keyed = (key: string, contentType: string, body: string | Uint8Array): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': contentType, 'Idempotency-Key': key },
  body: body as string | Uint8Array<ArrayBuffer>,
});

const toTopic = '/topics/quakes';
const toPartition = '/topics/quakes/partitions/0';
const records = (all: TestBroker): string => `/v3/clusters/${all.broker.clusterId}/topics/quakes/records`;

async function offsets(all: TestBroker): Promise<number> {
  const { body } = await answered(all.send(`${toPartition}/offsets`));
  return (body as { end_offset: number }).end_offset;
}

const binary = JSON.stringify({ records: [{ value: base64('a') }, { value: base64('b') }] });
const json = JSON.stringify({ records: [{ key: 'k', value: 1 }, { value: 2 }] });
const stream =
  '{"value":{"type":"JSON","data":1}} {"value":{"type":"STRING","data":"b"},"timestamp":"2021-02-05T19:14:42Z"}';

describe.each<[string, (all: TestBroker) => string, string, string | Uint8Array, number?]>([
  ['binary records to a topic', () => toTopic, BINARY_V2, binary],
  ['JSON records to a topic', () => toTopic, JSON_V2, json],
  ['binary records to a partition', () => toPartition, BINARY_V2, binary],
  ['JSON records to a partition', () => toPartition, JSON_V2, json],
  ['record batches', () => toPartition, RECORD_BATCH, Buffer.concat([batchOf(['a']), batchOf(['b'])])],
  [
    'idempotent record batches',
    () => toPartition,
    RECORD_BATCH,
    Buffer.concat([sequenced(7, 0), sequenced(7, 1)]),
    2,
  ],
  ['a stream of v3', records, JSON_TYPE, stream],
])('%s', (_, pathOf, contentType, body, afterAnotherKey = 4) => {
  test('are stored once under a key, and each repeat is answered as the first', async () => {
    const all = await testBroker();
    await all.send(toTopic, { ...keyed('"before"', JSON_V2, '{"records":[{"value":0}]}') });
    const path = pathOf(all);
    const first = await all.send(path, keyed('"k"', contentType, body));
    const text = await first.text();
    expect([first.status, text]).toEqual([200, expect.stringContaining('"offset":2')]);
    for (const key of ['"k"', 'k']) {
      const again = await all.send(path, keyed(key, contentType, body));
      expect([again.status, await again.text()]).toEqual([200, text]);
    }
    expect(await offsets(all)).toBe(3);
    expect(all.bugs).toEqual([]);
  });

  test('are stored again under another key', async () => {
    const all = await testBroker();
    for (const key of ['k', 'l']) await all.send(pathOf(all), keyed(key, contentType, body));
    expect(await offsets(all)).toBe(afterAnotherKey);
  });
});

const reused = {
  status: 422,
  body: { error_code: 42221, message: expect.stringContaining('another request') },
};

test.each<[string, string, string, string]>([
  ['another body', toTopic, JSON_V2, json.replace('2', '3')],
  ['the same records otherwise written', toTopic, JSON_V2, `${json} `],
  ['another topic', '/topics/buses', JSON_V2, json],
  ['a partition of the topic', toPartition, JSON_V2, json],
  ['another content type', toTopic, BINARY_V2, binary],
])('the same key with %s is refused', async (_, path, contentType, body) => {
  const all = await testBroker();
  await all.send(toTopic, keyed('k', JSON_V2, json));
  expect(await answered(all.send(path, keyed('k', contentType, body)))).toEqual(reused);
  expect(await answered(all.send(records(all), keyed('k', JSON_TYPE, stream)))).toEqual(reused);
  expect(await offsets(all)).toBe(2);
});

test('what is no key is told, on every produce route', async () => {
  const all = await testBroker();
  for (const [path, type, body] of [
    [toTopic, JSON_V2, json],
    [toPartition, JSON_V2, json],
    [records(all), JSON_TYPE, stream],
  ] as const) {
    const { status, body: answer } = await answered(all.send(path, keyed('a b', type, body)));
    expect([status, answer]).toEqual([
      400,
      { error_code: 40002, message: expect.stringContaining('Idempotency-Key') },
    ]);
  }
});

test('a request that cannot be taken leaves its key free', async () => {
  const all = await testBroker({ 'record.value.max.bytes': 5 });
  const tooLarge = '{"records":[{"value":"x"},{"value":"too large"}]}';
  expect((await all.send(toTopic, keyed('k', JSON_V2, tooLarge))).status).toBe(413);
  expect((await all.send(toTopic, keyed('k', JSON_V2, json))).status).toBe(200);
});

test('under a key a stream of v3 is taken whole or not at all', async () => {
  const all = await testBroker();
  const broken = `${stream} {"partition_id":9}`;
  expect(await answered(all.send(records(all), keyed('k', JSON_TYPE, broken)))).toMatchObject({
    status: 404,
    body: { error_code: 40402 },
  });
  expect((await all.send(records(all), keyed('k', JSON_TYPE, `${stream} 5`))).status).toBe(400);
  expect(await offsets(all)).toBe(0);
  const empty = await all.send(records(all), keyed('nothing', JSON_TYPE, ''));
  expect([empty.status, await empty.text()]).toEqual([200, '']);
});

test('records go where the first request chose, though there are more partitions now', async () => {
  const all = await testBroker({ 'num.partitions': 5 });
  const body = JSON.stringify({
    records: [{ value: 'no key' }, ...[...'abcdef'].map((key) => ({ key, value: key }))],
  });
  const first = await answered(all.send(toTopic, keyed('k', JSON_V2, body)));
  await all.broker.topics.addPartitions('quakes', 50);
  for (let repeat = 0; repeat < 5; repeat += 1)
    expect(await answered(all.send(toTopic, keyed('k', JSON_V2, body)))).toEqual(first);
});

test('a repeat is answered though the topic is gone, or takes no such records any more', async () => {
  const all = await testBroker({ 'auto.create.topics.enable': false });
  await all.broker.topics.create({ name: 'quakes' });
  const first = await answered(all.send(toTopic, keyed('k', JSON_V2, json)));
  expect(first.status).toBe(200);
  await all.broker.topics.delete('quakes');
  expect(await answered(all.send(toTopic, keyed('k', JSON_V2, json)))).toEqual(first);
  const other = json.replace('2', '3');
  expect(await answered(all.send(toTopic, keyed('k', JSON_V2, other)))).toEqual(reused);
  expect((await all.send(toTopic, keyed('new', JSON_V2, json))).status).toBe(404);
});

test('repeats at the same moment are answered alike', async () => {
  const all = await testBroker();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => answered(all.send(toTopic, keyed('k', JSON_V2, json)))),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const read = await all.send('/topics/quakes/partitions/0/records', accept(JSON_V2));
  expect(await read.json()).toHaveLength(2);
});

test('the time of a record that has none is that of the first request', async () => {
  const all = await testBroker({ 'log.message.timestamp.type': 'LogAppendTime' });
  const first = await (await all.send(records(all), keyed('k', JSON_TYPE, stream))).text();
  const read = await all.send('/topics/quakes/partitions/0/records', accept(BINARY_V2));
  const stored = ((await read.json()) as { timestamp: number }[]).map(({ timestamp }) => timestamp);
  const told = first
    .trim()
    .split('\r\n')
    .map((line) => Date.parse((JSON.parse(line) as { timestamp: string }).timestamp));
  expect(told).toEqual(stored);
});

test('batches with and without a producer may not come under one key', async () => {
  const all = await testBroker();
  const mixed = Buffer.concat([batchOf(['a']), sequenced(7, 0)]);
  expect(await answered(all.send(toPartition, keyed('k', RECORD_BATCH, mixed)))).toMatchObject({
    status: 400,
    body: { error_code: 40002 },
  });
});

test('the document names the header on every produce route', async () => {
  const all = await testBroker();
  const document = (await (await all.send('/openapi.json')).json()) as {
    paths: Record<string, { post?: { parameters: { name: string; in: string; required: boolean }[] } }>;
  };
  for (const path of [
    '/topics/{topic}',
    '/topics/{topic}/partitions/{partition}',
    '/v3/clusters/{cluster_id}/topics/{topic_name}/records',
  ]) {
    const parameters = document.paths[path]?.post?.parameters;
    expect(parameters).toContainEqual(
      expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: false }),
    );
  }
});
