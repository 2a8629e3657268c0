import { expect, test } from 'vitest';
import { V2_JSON } from '../../../lib/api/http/media-types.ts';
import { pathOf, send } from '../support/client.ts';
import { ask, makeConsumer, produce } from '../support/consumers.ts';
import { freshName } from '../support/names.ts';
import { freshTopic } from '../support/topics.ts';

test('a consumer instance has a name in its group, and an absolute URL of its own', async () => {
  const group = freshName('orders');
  const made = await ask('POST', `/consumers/${group}`, { name: 'reader' });
  expect(made).toMatchObject({ status: 200, body: { instance_id: 'reader' } });
  const { base_uri } = made.body as { base_uri: string };
  expect(pathOf(base_uri)).toBe(`/consumers/${group}/instances/reader`);
  expect(made.headers.get('content-type')).toBe(V2_JSON);
  const elsewhere = await ask('POST', `/consumers/${freshName('others')}/`, { name: 'reader' });
  expect(elsewhere).toMatchObject({ status: 200 });
});

test('without a name, and without a body, one is made up', async () => {
  const group = freshName('orders');
  const names = new Set<string>();
  for (const body of [undefined, {}, { format: 'json' }]) {
    const { status, body: made } = await ask('POST', `/consumers/${group}`, body);
    const { instance_id, base_uri } = made as { instance_id: string; base_uri: string };
    expect(status).toBe(200);
    expect(instance_id).toMatch(/^rest-consumer-/);
    expect(pathOf(base_uri)).toBe(`/consumers/${group}/instances/${instance_id}`);
    names.add(instance_id);
  }
  expect(names.size).toBe(3);
});

test('base_uri is right whatever the names hold', async () => {
  const group = encodeURIComponent(freshName('a group of 地震'));
  const made = await ask('POST', `/consumers/${group}`, { name: 'näme' });
  const path = pathOf((made.body as { base_uri: string }).base_uri);
  expect(path).toBe(`/consumers/${group}/instances/${encodeURIComponent('näme')}`);
  expect(await ask('GET', `${path}/subscription`)).toMatchObject({ status: 200 });
});

test('a name that another instance of the group has is 40902', async () => {
  const group = freshName('orders');
  await ask('POST', `/consumers/${group}`, { name: 'reader' });
  expect(await ask('POST', `/consumers/${group}`, { name: 'reader' })).toMatchObject({
    status: 409,
    body: { error_code: 40902, message: expect.stringContaining('already exists') },
  });
});

test.each([
  { format: 'JSON', 'auto.offset.reset': 'Earliest', 'auto.commit.enable': ' FALSE ' },
  { format: 'json', 'auto.offset.reset': 'earliest', 'auto.commit.enable': false, 'fetch.min.bytes': 1 },
  { 'fetch.min.bytes': '1', 'consumer.request.timeout.ms': '0' },
  { 'fetch.min.bytes': -1, 'consumer.request.timeout.ms': 0 },
  { id: 'older', name: null, format: null, 'auto.commit.enable': null, 'fetch.min.bytes': null },
])('%j is a configuration: values come as text or as JSON', async (config) => {
  expect(await ask('POST', `/consumers/${freshName('orders')}`, config)).toMatchObject({ status: 200 });
});

test.each<[Record<string, unknown>, string]>([
  [{ format: 'avro' }, 'format: has to be one of binary, json. Schemas (Avro and others) are not supported.'],
  [{ format: 'jsonschema' }, 'Schemas (Avro and others) are not supported.'],
  [{ format: 1 }, 'format'],
  [{ 'auto.offset.reset': 'smallest' }, 'auto.offset.reset: has to be one of earliest, latest, none'],
  [{ 'auto.commit.enable': 'yes' }, 'auto.commit.enable: has to be true or false'],
  [{ 'auto.commit.enable': 1 }, 'auto.commit.enable'],
  [{ 'fetch.min.bytes': -2 }, 'fetch.min.bytes: has to be -1 at least'],
  [{ 'fetch.min.bytes': '10000001' }, 'fetch.min.bytes: has to be 10000000 at most'],
  [{ 'fetch.min.bytes': 'many' }, 'fetch.min.bytes: has to be a whole number'],
  [{ 'consumer.request.timeout.ms': 1.5 }, 'consumer.request.timeout.ms: has to be a whole number'],
  [{ 'consumer.request.timeout.ms': -1 }, 'consumer.request.timeout.ms: has to be 0 at least'],
  [{ 'enable.auto.commit': true }, 'Unrecognized field: enable.auto.commit'],
])('%j is no configuration: 42204 says why', async (config, message) => {
  const refused = await ask('POST', `/consumers/${freshName('orders')}`, config);
  expect(refused).toMatchObject({
    status: 422,
    body: { error_code: 42204, message: expect.stringMatching(/^Invalid consumer configuration: /) },
  });
  expect((refused.body as { message: string }).message).toContain(message);
});

test.each<[string, RequestInit, number, number]>([
  ['no JSON', { headers: { 'Content-Type': V2_JSON }, body: '{' }, 400, 400],
  ['another content type', { headers: { 'Content-Type': 'text/plain' }, body: '{}' }, 415, 415],
  ['no object', { headers: { 'Content-Type': V2_JSON }, body: '[]' }, 422, 42204],
  ['an empty name', { headers: { 'Content-Type': V2_JSON }, body: '{"name":""}' }, 400, 40002],
  [
    'a name of 256 characters',
    { headers: { 'Content-Type': V2_JSON }, body: `{"name":"${'n'.repeat(256)}"}` },
    400,
    40002,
  ],
])('%s is refused', async (_, init, status, errorCode) => {
  const response = await send(`/consumers/${freshName('orders')}`, { method: 'POST', ...init });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error_code: errorCode });
});

test('a group of 256 characters is refused', async () => {
  const made = await ask('POST', `/consumers/${'g'.repeat(256)}`, {});
  expect(made).toMatchObject({ status: 400, body: { error_code: 40002 } });
});

test.each<[string, string, unknown]>([
  ['DELETE', '', undefined],
  ['POST', '/subscription', { topics: ['t'] }],
  ['GET', '/subscription', undefined],
  ['DELETE', '/subscription', undefined],
  ['POST', '/assignments', { partitions: [{ topic: 't', partition: 0 }] }],
  ['GET', '/assignments', undefined],
  ['GET', '/records', undefined],
  ['POST', '/offsets', undefined],
  ['POST', '/offsets', { offsets: [{ topic: 't', partition: 0, offset: 0 }] }],
  ['GET', '/offsets?partitions=t:0', undefined],
  ['POST', '/positions', { offsets: [{ topic: 't', partition: 0, offset: 0 }] }],
  ['POST', '/positions/beginning', { partitions: [{ topic: 't', partition: 0 }] }],
  ['POST', '/positions/end', { partitions: [{ topic: 't', partition: 0 }] }],
])('%s %s of an instance that there is not is 40403', async (method, path, body) => {
  expect(await ask(method, `/consumers/orders/instances/${freshName('nobody')}${path}`, body)).toMatchObject({
    status: 404,
    body: { error_code: 40403, message: 'Consumer instance not found.' },
  });
});

test('an instance that is deleted is gone, and its name is free', async () => {
  const topic = await freshTopic();
  const group = freshName('orders');
  await produce(topic, 0, 'a');
  const consumer = await makeConsumer({ group, topics: [topic] }, { name: 'reader' });
  expect(await consumer.readNames()).toEqual([`${topic}-0@0`]);
  await consumer.tell('DELETE', '');
  expect(await consumer.ask('DELETE', '')).toMatchObject({ status: 404, body: { error_code: 40403 } });
  const another = await makeConsumer({ group, topics: [topic] }, { name: 'reader' });
  expect(await another.readNames()).toEqual([`${topic}-0@0`]);
});
