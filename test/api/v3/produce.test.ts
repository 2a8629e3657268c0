import { expect, test } from 'vitest';
import { JSON_TYPE, JSON_V2 } from '../../../lib/api/http/media-types.ts';
import { type TestBroker, testBroker } from '../../support/broker.ts';
import { accept, answered, base64, v3 } from '../../support/requests.ts';

const recordsPath = ({ broker }: TestBroker): string =>
  `/v3/clusters/${broker.clusterId}/topics/quakes/records`;
const entriesOf = (text: string): unknown[] =>
  text
    .trim()
    .split('\r\n')
    .map((line) => JSON.parse(line));

async function produce(all: TestBroker, body: string): Promise<unknown[]> {
  const answer = await all.send(recordsPath(all), v3(body));
  expect(answer.status).toBe(200);
  return entriesOf(await answer.text());
}

test('each record of a stream is answered, in order', async () => {
  const all = await testBroker();
  const entries = await produce(
    all,
    `{"value":{"type":"JSON","data":{"a" : 1.10}}}
     {"key":{"type":"STRING","data":"é"},"value":{"type":"BINARY","data":"eHl6"},"timestamp":"2021-02-05T19:14:42Z"}
     {"partition_id":0,"headers":[{"name":"h","value":"eA=="}]}`,
  );
  const common = { error_code: 200, cluster_id: all.broker.clusterId, topic_name: 'quakes', partition_id: 0 };
  expect(entries).toEqual([
    { ...common, offset: 0, timestamp: expect.any(String), value: { type: 'JSON', size: 10 } },
    {
      ...common,
      offset: 1,
      timestamp: '2021-02-05T19:14:42.000Z',
      key: { type: 'STRING', size: 2 },
      value: { type: 'BINARY', size: 3 },
    },
    { ...common, offset: 2, timestamp: expect.any(String) },
  ]);
  const read = await all.send('/topics/quakes/partitions/0/records');
  expect(await read.json()).toMatchObject([
    { key: null, value: base64('{"a":1.10}') },
    { key: base64('é'), value: base64('xyz'), timestamp: Date.parse('2021-02-05T19:14:42Z') },
    { key: null, value: null, headers: [{ name: 'h', value: 'eA==' }] },
  ]);
});

test('a record that is refused does not stop those behind it', async () => {
  const all = await testBroker({ 'record.value.max.bytes': 20 });
  const entries = await produce(
    all,
    [
      '{"value":{"type":"STRING","data":"first"}}',
      '{"value":{"data":"no type"}}',
      '{"value":{"type":"AVRO","data":1}}',
      '{"value":{"type":"BINARY","data":"%"}}',
      '{"value":{"type":"STRING","data":5}}',
      '{"partition_id":9}',
      '{"headers":[{"name":"h","value":"%"}]}',
      '{"timestamp":"1969-01-01T00:00:00Z"}',
      `{"value":{"type":"STRING","data":"${'x'.repeat(21)}"}}`,
      '{"valeu":1}',
      '{"value":{"type":"STRING","data":"last"}}',
    ].join(''),
  );
  expect(entries.map((entry) => (entry as { error_code: number }).error_code)).toEqual([
    200, 400, 400, 400, 400, 40402, 400, 400, 41307, 400, 200,
  ]);
  expect(entries[9]).toEqual({ error_code: 400, message: expect.stringContaining('valeu') });
  const { body } = await answered(all.send('/topics/quakes/partitions/0/offsets'));
  expect(body).toMatchObject({ end_offset: 2 });
});

test.each([
  ['what is no object', '{"value":null} 5 {"value":null}'],
  ['what is no JSON', '{"value":null} {value:null} {"value":null}'],
  ['an object that is cut off', '{"value":null} {"value":'],
])('%s ends the stream with an error', async (_, body) => {
  const entries = await produce(await testBroker(), body);
  expect(entries).toMatchObject([{ error_code: 200 }, { error_code: 400, message: expect.any(String) }]);
});

test('an object larger than a request may be ends the stream', async () => {
  const large = `{"value":{"type":"STRING","data":"${'x'.repeat(100)}"}}`;
  const all = await testBroker({ 'socket.request.max.bytes': large.length });
  // The stream as a whole may be longer than that.
  expect(await produce(all, large + large)).toMatchObject([{ error_code: 200 }, { error_code: 200 }]);
  expect(await produce(all, `${large}${large.replace('x', 'xx')}`)).toMatchObject([
    { error_code: 200 },
    { error_code: 413 },
  ]);
});

test('a thousand records keep their order', async () => {
  const all = await testBroker();
  const body = Array.from({ length: 1000 }, (_, index) => `{"value":{"type":"JSON","data":${index}}}`).join(
    '\n',
  );
  const entries = await produce(all, body);
  expect(entries.map((entry) => (entry as { offset: number }).offset)).toEqual(
    entries.map((_, index) => index),
  );
  const read = await all.send('/topics/quakes/partitions/0/records', accept(JSON_V2));
  expect(((await read.json()) as { value: number }[]).map(({ value }) => value)).toEqual(
    entries.map((_, index) => index),
  );
});

test('a record is answered before the next one is sent', async () => {
  const all = await testBroker();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const answer = await all.send(recordsPath(all), {
    method: 'POST',
    headers: { 'Content-Type': JSON_TYPE },
    body: readable,
    duplex: 'half',
  } as RequestInit);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  for (let offset = 0; offset < 3; offset++) {
    await writer.write(Buffer.from('{"value":null}'));
    const { value } = await reader.read();
    expect(entriesOf(Buffer.from(value ?? []).toString())).toMatchObject([{ error_code: 200, offset }]);
  }
  await writer.close();
  expect((await reader.read()).done).toBe(true);
});

test('a client that does not listen any more loses its answers, not its records', async () => {
  const all = await testBroker();
  const answer = await all.send(recordsPath(all), v3('{"value":null}{"value":null}'));
  await answer.body?.cancel();
  const read = await all.send('/topics/quakes/partitions/0/records?min_bytes=130&timeout=20000');
  expect(await read.json()).toHaveLength(2);
  expect(all.bugs).toEqual([]);
});

test('an unknown topic that may not be made is 40403, before any record is read', async () => {
  const all = await testBroker({ 'auto.create.topics.enable': false });
  expect(await answered(all.send(recordsPath(all), v3('{"value":null}')))).toMatchObject({
    status: 404,
    body: { error_code: 40403 },
  });
});

test('an empty body has an empty answer', async () => {
  const all = await testBroker();
  const answer = await all.send(recordsPath(all), v3(''));
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('');
});
