import { describe, expect, test } from 'vitest';
import { ask, Consumer, listen, makeConsumer, produce, V2_JSON } from './consumers.ts';

test('a consumer instance has a name in its group, and an absolute URL of its own', async () => {
  const local = await listen();
  const made = await ask('POST', `${local.url}/consumers/orders`, { name: 'reader' });
  expect(made).toMatchObject({
    status: 200,
    body: { instance_id: 'reader', base_uri: `${local.url}/consumers/orders/instances/reader` },
  });
  expect(made.headers.get('content-type')).toBe(V2_JSON);
  const elsewhere = await ask('POST', `${local.url}/consumers/others/`, { name: 'reader' });
  expect(elsewhere).toMatchObject({ status: 200 });
});

test('without a name, and without a body, one is made up', async () => {
  const { url } = await listen();
  const names = new Set<string>();
  for (const body of [undefined, {}, { format: 'json' }]) {
    const { status, body: made } = await ask('POST', `${url}/consumers/orders`, body);
    const { instance_id, base_uri } = made as { instance_id: string; base_uri: string };
    expect(status).toBe(200);
    expect(instance_id).toMatch(/^rest-consumer-/);
    expect(base_uri).toBe(`${url}/consumers/orders/instances/${instance_id}`);
    names.add(instance_id);
  }
  expect(names.size).toBe(3);
});

test('base_uri is right behind a proxy, and whatever the names hold', async () => {
  const { url } = await listen();
  const forwarded = {
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'logs.example.org',
    'X-Forwarded-Prefix': '/kafka',
  };
  const group = 'a group/with#all?';
  const name = 'näme/..';
  const made = await ask('POST', `${url}/consumers/${encodeURIComponent(group)}`, { name }, forwarded);
  const { base_uri } = made.body as { base_uri: string };
  const path = `/consumers/${encodeURIComponent(group)}/instances/${encodeURIComponent(name)}`;
  expect(base_uri).toBe(`https://logs.example.org/kafka${path}`);
  expect(await ask('GET', `${url}${path}/subscription`)).toMatchObject({ status: 200 });
});

test('base_uri begins with the advertised URL where there is one', async () => {
  const { url } = await listen({ advertisedUrl: 'https://logs.example.org/kafka' });
  const { body } = await ask(
    'POST',
    `${url}/consumers/g`,
    { name: 'n' },
    { 'X-Forwarded-Host': 'evil.example' },
  );
  expect(body).toMatchObject({ base_uri: 'https://logs.example.org/kafka/consumers/g/instances/n' });
});

test('a name that another instance of the group has is 40902', async () => {
  const { url } = await listen();
  await ask('POST', `${url}/consumers/orders`, { name: 'reader' });
  expect(await ask('POST', `${url}/consumers/orders`, { name: 'reader' })).toMatchObject({
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
  const { url } = await listen();
  expect(await ask('POST', `${url}/consumers/orders`, config)).toMatchObject({ status: 200 });
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
  const { url } = await listen();
  expect(await ask('POST', `${url}/consumers/orders`, config)).toMatchObject({
    status: 422,
    body: {
      error_code: 42204,
      message: expect.stringMatching(/^Invalid consumer configuration: /),
    },
  });
  const { body } = await ask('POST', `${url}/consumers/orders`, config);
  expect((body as { message: string }).message).toContain(message);
});

describe('what is malformed is refused', () => {
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
  ])('%s', async (_, init, status, errorCode) => {
    const { url } = await listen();
    const response = await fetch(`${url}/consumers/orders`, { method: 'POST', ...init });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error_code: errorCode });
  });

  test('a group of 256 characters', async () => {
    const { url } = await listen();
    const made = await ask('POST', `${url}/consumers/${'g'.repeat(256)}`, {});
    expect(made).toMatchObject({ status: 400, body: { error_code: 40002 } });
  });
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
  const { url } = await listen();
  const nobody = new Consumer(`${url}/consumers/orders/instances/nobody`);
  expect(await nobody.ask(method, path, body)).toMatchObject({
    status: 404,
    body: { error_code: 40403, message: 'Consumer instance not found.' },
  });
});

test('no name is so odd that asking for it is more than 40403', async () => {
  const { url } = await listen();
  for (const name of ['n'.repeat(5_000), '%F0%9F%92%A9', '%00', '..%2F..', '#']) {
    const path = `/consumers/orders/instances/${name === '#' ? '%23' : name}/subscription`;
    expect(await ask('GET', url + path)).toMatchObject({ status: 404, body: { error_code: 40403 } });
  }
});

test('an instance that is deleted is gone, and its name is free', async () => {
  const local = await listen();
  await produce(local, 't', 0, 'a');
  const consumer = await makeConsumer(local, { topics: ['t'] }, { name: 'reader' });
  expect(await consumer.readNames()).toEqual(['t-0@0']);
  await consumer.tell('DELETE', '');
  expect(await consumer.ask('DELETE', '')).toMatchObject({ status: 404, body: { error_code: 40403 } });
  const another = await makeConsumer(local, { topics: ['t'] }, { name: 'reader' });
  expect(await another.readNames()).toEqual(['t-0@0']);
});
