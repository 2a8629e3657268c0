import { describe, expect, test } from 'vitest';
import { BINARY_V2, JSON_TYPE, JSON_V2, RECORD_BATCH } from '../../../lib/api/http/media-types.ts';
import { batchOf, sequenced } from '../../log/batches.ts';
import { answered, base64 } from '../../support/requests.ts';
import { send } from '../support/client.ts';
import { freshName } from '../support/names.ts';
import { endOffset, fetchRecords, partitionPath } from '../support/records.ts';
import { clusterPath, deleteTopic, freshTopic, growTopic } from '../support/topics.ts';

const keyed = (key: string, contentType: string, body: string | Uint8Array): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': contentType, 'Idempotency-Key': key },
  body: body as string | Uint8Array<ArrayBuffer>,
});

const toTopic = (topic: string): string => `/topics/${topic}`;
const streamPath = async (topic: string): Promise<string> => `${await clusterPath()}/topics/${topic}/records`;

const binary = JSON.stringify({ records: [{ value: base64('a') }, { value: base64('b') }] });
const json = JSON.stringify({ records: [{ key: 'k', value: 1 }, { value: 2 }] });
const stream =
  '{"value":{"type":"JSON","data":1}} {"value":{"type":"STRING","data":"b"},"timestamp":"2021-02-05T19:14:42Z"}';

describe.each<[string, (topic: string) => string | Promise<string>, string, string | Uint8Array, number?]>([
  ['binary records to a topic', toTopic, BINARY_V2, binary],
  ['JSON records to a topic', toTopic, JSON_V2, json],
  ['binary records to a partition', partitionPath, BINARY_V2, binary],
  ['JSON records to a partition', partitionPath, JSON_V2, json],
  ['record batches', partitionPath, RECORD_BATCH, Buffer.concat([batchOf(['a']), batchOf(['b'])])],
  [
    'idempotent record batches',
    partitionPath,
    RECORD_BATCH,
    Buffer.concat([sequenced(7, 0), sequenced(7, 1)]),
    2,
  ],
  ['a stream of v3', streamPath, JSON_TYPE, stream],
])('%s', (_, pathOf, contentType, body, afterAnotherKey = 4) => {
  test('are stored once under a key, and each repeat is answered as the first', async () => {
    const topic = await freshTopic();
    const key = freshName('key');
    await send(toTopic(topic), keyed(freshName('before'), JSON_V2, '{"records":[{"value":0}]}'));
    const path = await pathOf(topic);
    const first = await send(path, keyed(`"${key}"`, contentType, body));
    const text = await first.text();
    expect([first.status, text]).toEqual([200, expect.stringContaining('"offset":2')]);
    for (const written of [`"${key}"`, key]) {
      const again = await send(path, keyed(written, contentType, body));
      expect([again.status, await again.text()]).toEqual([200, text]);
    }
    expect(await endOffset(topic)).toBe(3);
  });

  test('are stored again under another key', async () => {
    const topic = await freshTopic();
    for (const key of [freshName('k'), freshName('l')])
      await send(await pathOf(topic), keyed(key, contentType, body));
    expect(await endOffset(topic)).toBe(afterAnotherKey);
  });
});

const reused = {
  status: 422,
  body: { error_code: 42221, message: expect.stringContaining('another request') },
};

test.each<[string, (topic: string) => string, string, string]>([
  ['another body', toTopic, JSON_V2, json.replace('2', '3')],
  ['the same records otherwise written', toTopic, JSON_V2, `${json} `],
  ['another topic', (topic) => `/topics/${topic}-2`, JSON_V2, json],
  ['a partition of the topic', partitionPath, JSON_V2, json],
  ['another content type', toTopic, BINARY_V2, binary],
])('the same key with %s is refused', async (_, pathOf, contentType, body) => {
  const topic = await freshTopic();
  const key = freshName('key');
  await send(toTopic(topic), keyed(key, JSON_V2, json));
  expect(await answered(send(pathOf(topic), keyed(key, contentType, body)))).toEqual(reused);
  expect(await answered(send(await streamPath(topic), keyed(key, JSON_TYPE, stream)))).toEqual(reused);
  expect(await endOffset(topic)).toBe(2);
});

test('what is no key is told, on every produce route', async () => {
  const topic = await freshTopic();
  for (const [path, type, body] of [
    [toTopic(topic), JSON_V2, json],
    [partitionPath(topic), JSON_V2, json],
    [await streamPath(topic), JSON_TYPE, stream],
  ] as const) {
    expect(await answered(send(path, keyed('a b', type, body)))).toEqual({
      status: 400,
      body: { error_code: 40002, message: expect.stringContaining('Idempotency-Key') },
    });
  }
});

test('a request that cannot be taken leaves its key free', async () => {
  const topic = await freshTopic('quakes', { configs: { 'max.message.bytes': '1000' } });
  const key = freshName('key');
  const tooLarge = JSON.stringify({ records: [{ value: 'x' }, { value: 'x'.repeat(1_001) }] });
  expect((await send(toTopic(topic), keyed(key, JSON_V2, tooLarge))).status).toBe(413);
  expect((await send(toTopic(topic), keyed(key, JSON_V2, json))).status).toBe(200);
});

test('under a key a stream of v3 is taken whole or not at all', async () => {
  const topic = await freshTopic();
  const path = await streamPath(topic);
  const key = freshName('key');
  const broken = `${stream} {"partition_id":9}`;
  expect(await answered(send(path, keyed(key, JSON_TYPE, broken)))).toMatchObject({
    status: 404,
    body: { error_code: 40402 },
  });
  expect((await send(path, keyed(key, JSON_TYPE, `${stream} 5`))).status).toBe(400);
  expect(await endOffset(topic)).toBe(0);
  const empty = await send(path, keyed(freshName('nothing'), JSON_TYPE, ''));
  expect([empty.status, await empty.text()]).toEqual([200, '']);
});

test('records go where the first request chose, though there are more partitions now', async () => {
  const topic = await freshTopic('quakes', { partitions: 5 });
  const key = freshName('key');
  const body = JSON.stringify({
    records: [{ value: 'no key' }, ...[...'abcdef'].map((name) => ({ key: name, value: name }))],
  });
  const first = await answered(send(toTopic(topic), keyed(key, JSON_V2, body)));
  await growTopic(topic, 20);
  for (let repeat = 0; repeat < 3; repeat += 1)
    expect(await answered(send(toTopic(topic), keyed(key, JSON_V2, body)))).toEqual(first);
});

test('a repeat is answered though the topic is gone', async () => {
  const topic = await freshTopic();
  const key = freshName('key');
  const first = await answered(send(toTopic(topic), keyed(key, JSON_V2, json)));
  expect(first.status).toBe(200);
  await deleteTopic(topic);
  expect(await answered(send(toTopic(topic), keyed(key, JSON_V2, json)))).toEqual(first);
  const other = json.replace('2', '3');
  expect(await answered(send(toTopic(topic), keyed(key, JSON_V2, other)))).toEqual(reused);
});

test('repeats at the same moment are answered alike', async () => {
  const topic = await freshTopic();
  const key = freshName('key');
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => answered(send(toTopic(topic), keyed(key, JSON_V2, json)))),
  );
  expect(answers[0]?.status).toBe(200);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const read = await fetchRecords(topic, { as: JSON_V2 });
  expect(await read.json()).toHaveLength(2);
});

test('batches with and without a producer may not come under one key', async () => {
  const mixed = Buffer.concat([batchOf(['a']), sequenced(7, 0)]);
  const refused = send(partitionPath(await freshTopic()), keyed(freshName('key'), RECORD_BATCH, mixed));
  expect(await answered(refused)).toMatchObject({ status: 400, body: { error_code: 40002 } });
});
