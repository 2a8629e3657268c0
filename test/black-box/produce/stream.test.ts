import { expect, test } from 'vitest';
import { JSON_V2 } from '../../../lib/api/http/media-types.ts';
import { base64, v3 } from '../../support/requests.ts';
import { send } from '../support/client.ts';
import { endOffset, fetchRecords } from '../support/records.ts';
import { clusterId, clusterPath, freshTopic } from '../support/topics.ts';

async function produce(topic: string, body: string, prefix = '/v3'): Promise<unknown[]> {
  const answer = await send(`${await clusterPath(prefix)}/topics/${topic}/records`, v3(body));
  expect(answer.status).toBe(200);
  return (await answer.text())
    .trim()
    .split('\r\n')
    .map((line) => JSON.parse(line));
}

const codesOf = (entries: unknown[]) => entries.map((entry) => (entry as { error_code: number }).error_code);

test.each(['/v3', '/kafka/v3'])('each record of a stream under %s is answered, in order', async (prefix) => {
  const topic = await freshTopic();
  const entries = await produce(
    topic,
    `{"value":{"type":"JSON","data":{"a" : 1.10}}}
     {"key":{"type":"STRING","data":"é"},"value":{"type":"BINARY","data":"eHl6"},"timestamp":"2021-02-05T19:14:42Z"}
     {"partition_id":0,"headers":[{"name":"h","value":"eA=="}]}`,
    prefix,
  );
  const common = { error_code: 200, cluster_id: await clusterId(), topic_name: topic, partition_id: 0 };
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
  const read = await fetchRecords(topic);
  expect(await read.json()).toMatchObject([
    { key: null, value: base64('{"a":1.10}') },
    { key: base64('é'), value: base64('xyz'), timestamp: Date.parse('2021-02-05T19:14:42Z') },
    { key: null, value: null, headers: [{ name: 'h', value: 'eA==' }] },
  ]);
});

test('a record that is refused does not stop those behind it', async () => {
  const topic = await freshTopic();
  const entries = await produce(
    topic,
    [
      '{"value":{"type":"STRING","data":"first"}}',
      '{"value":{"data":"no type"}}',
      '{"value":{"type":"AVRO","data":1}}',
      '{"value":{"type":"BINARY","data":"%"}}',
      '{"value":{"type":"STRING","data":5}}',
      '{"partition_id":9}',
      '{"headers":[{"name":"h","value":"%"}]}',
      '{"timestamp":"1969-01-01T00:00:00Z"}',
      '{"valeu":1}',
      '{"value":{"type":"STRING","data":"last"}}',
    ].join(''),
  );
  expect(codesOf(entries)).toEqual([200, 400, 400, 400, 400, 40402, 400, 400, 400, 200]);
  expect(entries[8]).toEqual({ error_code: 400, message: expect.stringContaining('valeu') });
  expect(await endOffset(topic)).toBe(2);
});

test.each([
  ['what is no object', '{"value":null} 5 {"value":null}'],
  ['what is no JSON', '{"value":null} {value:null} {"value":null}'],
  ['an object that is cut off', '{"value":null} {"value":'],
])('%s ends the stream with an error', async (_, body) => {
  const entries = await produce(await freshTopic(), body);
  expect(entries).toMatchObject([{ error_code: 200 }, { error_code: 400, message: expect.any(String) }]);
});

test('a thousand records keep their order', async () => {
  const topic = await freshTopic();
  const body = Array.from({ length: 1000 }, (_, index) => `{"value":{"type":"JSON","data":${index}}}`);
  const entries = await produce(topic, body.join('\n'));
  const numbers = body.map((_, index) => index);
  expect(entries.map((entry) => (entry as { offset: number }).offset)).toEqual(numbers);
  const read = await fetchRecords(topic, { as: JSON_V2 });
  expect(((await read.json()) as { value: number }[]).map(({ value }) => value)).toEqual(numbers);
});

test('an empty body has an empty answer', async () => {
  const answer = await send(`${await clusterPath()}/topics/${await freshTopic()}/records`, v3(''));
  expect([answer.status, await answer.text()]).toEqual([200, '']);
});
