import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BINARY_V2, JSON_V2, V2_JSON } from '../../../lib/api/http/media-types.ts';
import { partitionForKey } from '../../../lib/kafka/murmur2.ts';
import { testBroker } from '../../support/broker.ts';
import { accept, answered, base64, binary, json, raw } from '../../support/requests.ts';

const stored = (partition: number, offset: number) => ({ partition, offset, error_code: null, error: null });

test('binary records get partition and offset, in the order in which they were sent', async () => {
  const { send } = await testBroker();
  const sent = send(
    '/topics/quakes',
    binary({ value: base64('a') }, { key: base64('k'), value: base64('b') }),
  );
  expect(await answered(sent)).toEqual({
    status: 200,
    body: { offsets: [stored(0, 0), stored(0, 1)], key_schema_id: null, value_schema_id: null },
  });
  const read = await send('/topics/quakes/partitions/0/records?offset=0');
  expect(await read.json()).toMatchObject([
    { topic: 'quakes', key: null, value: base64('a'), partition: 0, offset: 0 },
    { topic: 'quakes', key: base64('k'), value: base64('b'), partition: 0, offset: 1 },
  ]);
});

test('a key goes where a Java client would put it', async () => {
  const { broker, send } = await testBroker();
  await broker.topics.create({ name: 'quakes', partitionCount: 7 });
  const keys = ['ak', 'ci', 'nc', 'us', 'uw', 'nn'];
  const sent = await send('/topics/quakes', binary(...keys.map((key) => ({ key: base64(key), value: '' }))));
  const { offsets } = (await sent.json()) as { offsets: { partition: number }[] };
  expect(offsets.map(({ partition }) => partition)).toEqual(
    keys.map((key) => partitionForKey(Buffer.from(key), 7)),
  );
});

test("a JSON key is hashed with its quotes, as behind Confluent's proxy", async () => {
  const { broker, send } = await testBroker();
  await broker.topics.create({ name: 'quakes', partitionCount: 7 });
  const sent = await send(
    '/topics/quakes',
    json('{"key":"caf\\u00e9","value":1}', '{"key": { "a" : 1 },"value":1}'),
  );
  const { offsets } = (await sent.json()) as { offsets: { partition: number }[] };
  expect(offsets.map(({ partition }) => partition)).toEqual([
    partitionForKey(Buffer.from('"café"'), 7),
    partitionForKey(Buffer.from('{"a":1}'), 7),
  ]);
});

test('records without a key stay together in a request, and the next request goes elsewhere', async () => {
  const { broker, send } = await testBroker();
  await broker.topics.create({ name: 'quakes', partitionCount: 3 });
  let last: number | undefined;
  for (let request = 0; request < 10; request++) {
    const sent = await send('/topics/quakes', binary({ value: '' }, { value: '' }, { value: '' }));
    const { offsets } = (await sent.json()) as { offsets: { partition: number }[] };
    const [first, ...others] = new Set(offsets.map(({ partition }) => partition));
    expect(others).toEqual([]);
    expect(first).not.toBe(last);
    last = first;
  }
});

test('a partition that is named is taken; one that is not there is 40402, and nothing is stored', async () => {
  const { broker, send } = await testBroker();
  await broker.topics.create({ name: 'quakes', partitionCount: 2 });
  const sent = answered(
    send('/topics/quakes', binary({ value: '', partition: 1 }, { value: '', partition: 1 })),
  );
  expect(await sent).toMatchObject({ status: 200, body: { offsets: [stored(1, 0), stored(1, 1)] } });
  const refused = answered(
    send('/topics/quakes', binary({ value: '', partition: 1 }, { value: '', partition: 2 })),
  );
  expect(await refused).toMatchObject({ status: 404, body: { error_code: 40402 } });
  expect(await answered(send('/topics/quakes/partitions/1/offsets'))).toMatchObject({
    body: { end_offset: 2 },
  });
});

test('a JSON value comes back token by token', async () => {
  const { send } = await testBroker();
  const value = '{"2":9007199254740993,"1":[1.10,1e400,-0],"a":"x","a":"é\\n","":null}';
  const spaced =
    '{ "2" : 9007199254740993 ,\n"1" : [ 1.10 , 1e400 , -0 ], "a":"x", "a":"\\u00e9\\n", "" :null }';
  await send('/topics/quakes', json(`{"key": 1.10, "value": ${spaced}}`));
  const read = await send('/topics/quakes/partitions/0/records', accept(JSON_V2));
  expect(read.headers.get('content-type')).toBe(JSON_V2);
  expect(await read.text()).toContain(`"key":1.10,"value":${value},"partition":0`);
});

test('null and absent are null for both key and value, in both formats', async () => {
  const { send } = await testBroker();
  await send('/topics/quakes', json('{"key":"k","value":null}', '{"key":null}'));
  await send('/topics/quakes', binary({ key: base64('"k"'), value: null }, {}));
  const read = await send('/topics/quakes/partitions/0/records', accept(JSON_V2));
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
  const { send } = await testBroker();
  const headers = [
    { name: 'trace', value: base64('1') },
    { name: 'empty', value: '' },
    { name: 'none', value: null },
  ];
  await send('/topics/quakes', binary({ value: '', headers, timestamp: 1_700_000_000_000 }));
  const read = await send('/topics/quakes/partitions/0/records');
  expect(await read.json()).toMatchObject([{ headers, timestamp: 1_700_000_000_000 }]);
});

test('with LogAppendTime the broker sets the time', async () => {
  const { broker, send } = await testBroker();
  await broker.topics.create({ name: 'quakes', configs: { 'message.timestamp.type': 'LogAppendTime' } });
  const before = Date.now();
  await send('/topics/quakes', binary({ value: '', timestamp: 1 }));
  const [record] = (await (await send('/topics/quakes/partitions/0/records')).json()) as {
    timestamp: number;
  }[];
  expect(record?.timestamp).toBeGreaterThanOrEqual(before);
});

test('more than a batch may hold becomes several batches, with offsets in a row', async () => {
  const { broker, send } = await testBroker();
  await broker.topics.create({ name: 'quakes', configs: { 'max.message.bytes': '1000' } });
  const records = Array.from({ length: 20 }, (_, index) => ({
    value: base64(String(index).padEnd(300, '.')),
  }));
  const { body } = await answered(send('/topics/quakes', binary(...records)));
  expect((body as { offsets: { offset: number }[] }).offsets.map(({ offset }) => offset)).toEqual(
    records.map((_, index) => index),
  );
  const read = await send('/topics/quakes/partitions/0/records');
  expect(((await read.json()) as { value: string }[]).map(({ value }) => value)).toEqual(
    records.map(({ value }) => value),
  );
});

test('many requests at once lose and double nothing', async () => {
  const { broker, send } = await testBroker();
  await broker.topics.create({ name: 'quakes', partitionCount: 3 });
  const all = Array.from({ length: 100 }, (_, index) => String(index));
  const sent = await Promise.all(
    all.map((value) => send('/topics/quakes', binary({ key: base64(value), value: base64(value) }))),
  );
  expect(sent.every(({ status }) => status === 200)).toBe(true);
  const read: string[] = [];
  for (const partition of [0, 1, 2]) {
    const answer = await send(`/topics/quakes/partitions/${partition}/records?offset=earliest&timeout=0`);
    for (const { value } of (await answer.json()) as { value: string }[]) read.push(atob(value));
  }
  expect(read.sort()).toEqual(all.sort());
});

test('without auto.create.topics.enable an unknown topic is 40401', async () => {
  const { send } = await testBroker({ 'auto.create.topics.enable': false });
  const refused = answered(send('/topics/quakes', binary({ value: '' })));
  expect(await refused).toMatchObject({ status: 404, body: { error_code: 40401 } });
});

test("Confluent's v2 type without a format means binary", async () => {
  const { send } = await testBroker();
  const sent = answered(send('/topics/quakes', raw(V2_JSON, '{"records":[{"value":"eA=="}]}')));
  expect(await sent).toMatchObject({ status: 200 });
});

test('a request of which nothing could be stored has the status of its failure', async () => {
  const { broker, send } = await testBroker();
  const topic = await broker.topics.create({ name: 'quakes' });
  await broker.topics.delete('quakes');
  // Another process deleted it: this one still believes that it is there.
  broker.topics.getOrCreate = async () => topic;
  const { status, body } = await answered(send('/topics/quakes', binary({ value: '' })));
  expect(status).toBe(404);
  expect(body).toMatchObject({
    error_code: 40403,
    offsets: [
      { partition: null, offset: null, error_code: 40403, error: expect.stringContaining('UNKNOWN_TOPIC') },
    ],
  });
});

test('any JSON comes back as it was sent, keys and values, however it was spaced', async () => {
  const { broker, send } = await testBroker();
  await broker.topics.create({ name: 'quakes' });
  let offset = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.jsonValue(),
      fc.jsonValue(),
      fc.constantFrom(undefined, 1),
      async (key, value, space) => {
        const sent = JSON.stringify({ records: [{ value, key }] }, null, space);
        expect((await send('/topics/quakes', raw(JSON_V2, sent))).status).toBe(200);
        const read = await send(`/topics/quakes/partitions/0/records?offset=${offset++}`, accept(JSON_V2));
        expect(await read.json()).toMatchObject([JSON.parse(JSON.stringify({ key, value }))]);
      },
    ),
    { numRuns: 200 },
  );
});

test('any text is refused with a 4xx or stored', async () => {
  const { broker, send, bugs } = await testBroker();
  await broker.topics.create({ name: 'quakes' });
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\\',
    ' ',
    'null',
    '1',
    '-',
    'e',
    '"records"',
    '"value"',
    '"key"',
  ];
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom(...pieces), maxLength: 40 }),
    fc
      .string({ unit: fc.constantFrom(...pieces), maxLength: 20 })
      .map((inside) => `{"records":[{"value":${inside}}]}`),
    fc.json().map((json) => `{"records":${json}}`),
  );
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom(BINARY_V2, JSON_V2), async (body, mediaType) => {
      const { status } = await answered(send('/topics/quakes', raw(mediaType, body)));
      expect([200, 400, 404, 422]).toContain(status);
    }),
    { numRuns: 1_000 },
  );
  expect(bugs).toEqual([]);
});
