import { expect, test } from 'vitest';
import { JSON_V2, V2_JSON } from '../../../lib/api/http/media-types.ts';
import { partitionForKey } from '../../../lib/kafka/murmur2.ts';
import { answered, base64, binary, json, raw } from '../../support/requests.ts';
import { send } from '../support/client.ts';
import { freshName } from '../support/names.ts';
import { endOffset, fetchRecords, partitionPath } from '../support/records.ts';
import { freshTopic } from '../support/topics.ts';

const stored = (partition: number, offset: number) => ({ partition, offset, error_code: null, error: null });
const sendTo = (topic: string, init: RequestInit) => answered(send(`/topics/${topic}`, init));
const partitionsOf = (body: unknown): number[] =>
  (body as { offsets: { partition: number }[] }).offsets.map(({ partition }) => partition);

test('binary records get partition and offset, in the order in which they were sent', async () => {
  const topic = await freshTopic();
  const sent = sendTo(topic, binary({ value: base64('a') }, { key: base64('k'), value: base64('b') }));
  expect(await sent).toEqual({
    status: 200,
    body: { offsets: [stored(0, 0), stored(0, 1)], key_schema_id: null, value_schema_id: null },
  });
  const read = await fetchRecords(topic, { query: 'offset=0' });
  expect(await read.json()).toMatchObject([
    { topic, key: null, value: base64('a'), partition: 0, offset: 0 },
    { topic, key: base64('k'), value: base64('b'), partition: 0, offset: 1 },
  ]);
});

test('the first records make their topic', async () => {
  const topic = freshName('made');
  expect(await sendTo(topic, binary({ value: base64('a') }))).toMatchObject({ status: 200 });
  expect((await send(`/topics/${topic}`)).status).toBe(200);
});

test('a key goes where a Java client would put it', async () => {
  const topic = await freshTopic('quakes', { partitions: 7 });
  const keys = ['ak', 'ci', 'nc', 'us', 'uw', 'nn'];
  const { body } = await sendTo(topic, binary(...keys.map((key) => ({ key: base64(key), value: '' }))));
  expect(partitionsOf(body)).toEqual(keys.map((key) => partitionForKey(Buffer.from(key), 7)));
});

test("a JSON key is hashed with its quotes, as behind Confluent's proxy", async () => {
  const topic = await freshTopic('quakes', { partitions: 7 });
  const { body } = await sendTo(
    topic,
    json('{"key":"caf\\u00e9","value":1}', '{"key": { "a" : 1 },"value":1}'),
  );
  expect(partitionsOf(body)).toEqual([
    partitionForKey(Buffer.from('"café"'), 7),
    partitionForKey(Buffer.from('{"a":1}'), 7),
  ]);
});

test('a partition that is named is taken; one that is not there is 40402, and nothing is stored', async () => {
  const topic = await freshTopic('quakes', { partitions: 2 });
  const sent = sendTo(topic, binary({ value: '', partition: 1 }, { value: '', partition: 1 }));
  expect(await sent).toMatchObject({ status: 200, body: { offsets: [stored(1, 0), stored(1, 1)] } });
  const refused = sendTo(topic, binary({ value: '', partition: 1 }, { value: '', partition: 2 }));
  expect(await refused).toMatchObject({ status: 404, body: { error_code: 40402 } });
  expect(await endOffset(topic, 1)).toBe(2);
});

test('records that are sent to a partition land there', async () => {
  const topic = await freshTopic('quakes', { partitions: 3 });
  const sent = answered(send(partitionPath(topic, 2), json('{"key":"a","value":1}', '{"value":2}')));
  expect(await sent).toMatchObject({ status: 200, body: { offsets: [stored(2, 0), stored(2, 1)] } });
});

test('a JSON value comes back token by token', async () => {
  const topic = await freshTopic();
  const value = '{"2":9007199254740993,"1":[1.10,1e400,-0],"a":"x","a":"é\\n","":null}';
  const spaced =
    '{ "2" : 9007199254740993 ,\n"1" : [ 1.10 , 1e400 , -0 ], "a":"x", "a":"\\u00e9\\n", "" :null }';
  await sendTo(topic, json(`{"key": 1.10, "value": ${spaced}}`));
  const read = await fetchRecords(topic, { as: JSON_V2 });
  expect(read.headers.get('content-type')).toBe(JSON_V2);
  expect(await read.text()).toContain(`"key":1.10,"value":${value},"partition":0`);
});

test('text of any script comes back as it was', async () => {
  const topic = await freshTopic();
  const value = '地震 🌋 éèß \u0000 \u2028 العربية';
  await sendTo(topic, raw(JSON_V2, JSON.stringify({ records: [{ key: value, value }] })));
  const read = await fetchRecords(topic, { as: JSON_V2 });
  expect(await read.json()).toMatchObject([{ key: value, value }]);
});

test('null and absent are null for both key and value, in both formats', async () => {
  const topic = await freshTopic();
  await sendTo(topic, json('{"key":"k","value":null}', '{"key":null}'));
  await sendTo(topic, binary({ key: base64('"k"'), value: null }, {}));
  const read = await fetchRecords(topic, { as: JSON_V2 });
  const pairs = ((await read.json()) as { key: unknown; value: unknown }[]).map(({ key, value }) => [
    key,
    value,
  ]);
  expect(pairs).toEqual([
    ['k', null],
    [null, null],
    ['k', null],
    [null, null],
  ]);
});

test('headers and timestamps are kept', async () => {
  const topic = await freshTopic();
  const headers = [
    { name: 'trace', value: base64('1') },
    { name: 'empty', value: '' },
    { name: 'none', value: null },
  ];
  await sendTo(topic, binary({ value: '', headers, timestamp: 1_700_000_000_000 }));
  const read = await fetchRecords(topic);
  expect(await read.json()).toMatchObject([{ headers, timestamp: 1_700_000_000_000 }]);
});

test('with LogAppendTime the broker sets the time', async () => {
  const topic = await freshTopic('quakes', { configs: { 'message.timestamp.type': 'LogAppendTime' } });
  await sendTo(topic, binary({ value: '', timestamp: 1 }));
  const [record] = (await (await fetchRecords(topic)).json()) as { timestamp: number }[];
  // Its clock may be another than ours.
  expect(record?.timestamp).toBeGreaterThan(Date.parse('2020-01-01'));
});

test('more than a batch may hold becomes several batches, with offsets in a row', async () => {
  const topic = await freshTopic('quakes', { configs: { 'max.message.bytes': '1000' } });
  const records = Array.from({ length: 20 }, (_, index) => ({
    value: base64(String(index).padEnd(300, '.')),
  }));
  const { body } = await sendTo(topic, binary(...records));
  expect((body as { offsets: { offset: number }[] }).offsets.map(({ offset }) => offset)).toEqual(
    records.map((_, index) => index),
  );
  const read = await fetchRecords(topic);
  expect(((await read.json()) as { value: string }[]).map(({ value }) => value)).toEqual(
    records.map(({ value }) => value),
  );
});

test('many requests at once lose and double nothing', async () => {
  const topic = await freshTopic('quakes', { partitions: 3 });
  const all = Array.from({ length: 50 }, (_, index) => String(index));
  // Each of those at once may be a process that starts.
  for (let at = 0; at < all.length; at += 10) {
    const sent = await Promise.all(
      all
        .slice(at, at + 10)
        .map((value) => sendTo(topic, binary({ key: base64(value), value: base64(value) }))),
    );
    expect(sent.filter(({ status }) => status !== 200)).toEqual([]);
  }
  const read: string[] = [];
  for (const partition of [0, 1, 2]) {
    const answer = await fetchRecords(topic, { partition });
    for (const { value } of (await answer.json()) as { value: string }[]) read.push(atob(value));
  }
  expect(read.sort()).toEqual(all.sort());
});

test("Confluent's v2 type without a format means binary", async () => {
  const sent = sendTo(await freshTopic(), raw(V2_JSON, '{"records":[{"value":"eA=="}]}'));
  expect(await sent).toMatchObject({ status: 200 });
});

test('a record larger than max.message.bytes of its topic is 41301, and nothing is stored', async () => {
  const topic = await freshTopic('quakes', { configs: { 'max.message.bytes': '1000' } });
  const refused = sendTo(topic, binary({ value: base64('small') }, { value: base64('x'.repeat(1_001)) }));
  expect(await refused).toEqual({
    status: 413,
    body: { error_code: 41301, message: expect.stringContaining('max.message.bytes') },
  });
  expect(await endOffset(topic)).toBe(0);
});
