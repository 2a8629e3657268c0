import { expect, test } from 'vitest';
import { BINARY_V2, JSON_TYPE, JSON_V2, RECORD_BATCH, V2_JSON } from '../../lib/api/http/media-types.ts';
import { fetchRoutes } from '../../lib/api/routes/fetch.ts';
import type { AclBinding } from '../../lib/cluster/acls/acl-binding.ts';
import { decodeRecordBatch } from '../../lib/kafka/decode-record-batch.ts';
import { encodeRecordBatch } from '../../lib/kafka/encode-record-batch.ts';
import { readEnvironment } from '../../lib/lambda/environment.ts';
import { createHandler } from '../../lib/lambda/handler.ts';
import { openFunctionBroker } from '../../lib/lambda/open-broker.ts';
import { openEmbeddedStores } from '../../lib/storage/embedded.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { embeddedStores, openFunction, READERS, variables } from './function.ts';
import { gatewayEvent, iamAuthorizer, invocation, jwtAuthorizer } from './gateway-events.ts';

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

test('a record is produced and fetched through events of the gateway', async () => {
  const { send } = await openFunction();
  const produced = await send({
    method: 'POST',
    path: '/topics/greetings',
    headers: { 'content-type': JSON_V2 },
    body: '{"records":[{"key":"en","value":"hello — ünïcode"}]}',
  });
  expect([produced.status, produced.json()]).toMatchObject([200, { offsets: [{ partition: 0, offset: 0 }] }]);
  const path = '/topics/greetings/partitions/0/records?offset=earliest';
  const fetched = await send({ path, headers: { accept: JSON_V2 } });
  expect(fetched.headers).toMatchObject({ 'content-type': JSON_V2, 'kafka-high-watermark': '1' });
  expect(fetched.json()).toMatchObject([{ key: 'en', value: 'hello — ünïcode', offset: 0 }]);
});

test.each([
  ['a method', { method: 'TRACE' }],
  ['a header', { headers: { 'x-name': 'č' } }],
])('%s that no Request can have is refused, and is no bug', async (_, parts) => {
  const { send } = await openFunction();
  const refused = await send({ path: '/topics', ...parts });
  expect(refused.json()).toEqual({ error_code: 400, message: expect.stringContaining('cannot be taken') });
  expect(refused.status).toBe(400);
});

test('a record batch goes in and comes out bit by bit, whatever bytes it has', async () => {
  const { send } = await openFunction();
  const batch = encodeRecordBatch([{ timestamp: 1, key: EVERY_BYTE, value: EVERY_BYTE }]);
  const produced = await send({
    method: 'POST',
    path: '/topics/bytes',
    headers: { 'content-type': BINARY_V2 },
    body: JSON.stringify({ records: [{ value: EVERY_BYTE.toString('base64') }] }),
  });
  expect(produced.status).toBe(200);
  const sent = await send({
    method: 'POST',
    path: '/topics/bytes/partitions/0',
    headers: { 'content-type': RECORD_BATCH },
    body: batch,
  });
  expect(sent.json()).toMatchObject({ offsets: [{ partition: 0, offset: 1, error_code: null }] });
  const path = '/topics/bytes/partitions/0/records?offset=1';
  const fetched = await send({ path, headers: { accept: RECORD_BATCH } });
  const { records } = decodeRecordBatch(fetched.body, { decompressedBytesMax: 1024 });
  expect(records).toMatchObject([{ offset: 1, key: EVERY_BYTE, value: EVERY_BYTE }]);
  expect(fetched.headers['content-type']).toBe(RECORD_BATCH);
});

test('a body comes in the same as text and in base64', async () => {
  const { send } = await openFunction();
  const body = '{"records":[{"value":{"place":"Zürich \\"HB\\""}}]}';
  const headers = { 'content-type': JSON_V2 };
  await send({ method: 'POST', path: '/topics/places', headers, body });
  await send({ method: 'POST', path: '/topics/places', headers, body: Buffer.from(body) });
  const fetched = await send({ path: '/topics/places/partitions/0/records', headers: { accept: JSON_V2 } });
  const value = { place: 'Zürich "HB"' };
  expect(fetched.json()).toMatchObject([{ value }, { value }]);
});

test('a GET may have a body, as some routes of Confluent take one', async () => {
  const { send } = await openFunction();
  const headers = { 'content-type': V2_JSON };
  await send({
    method: 'POST',
    path: '/topics/t',
    headers: { 'content-type': JSON_V2 },
    body: '{"records":[{"value":1}]}',
  });
  const path = '/consumers/group/instances/me';
  const made = await send({ method: 'POST', path: '/consumers/group', headers, body: '{"name":"me"}' });
  expect(made.json()).toMatchObject({
    instance_id: 'me',
    base_uri: 'https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/consumers/group/instances/me',
  });
  const partitions = [{ topic: 't', partition: 0 }];
  const offsets = { offsets: [{ topic: 't', partition: 0, offset: 0 }] };
  await send({ method: 'POST', path: `${path}/assignments`, headers, body: JSON.stringify({ partitions }) });
  await send({ method: 'POST', path: `${path}/offsets`, headers, body: JSON.stringify(offsets) });
  for (const body of [JSON.stringify({ partitions }), Buffer.from(JSON.stringify({ partitions }))]) {
    const committed = await send({ path: `${path}/offsets`, headers, body });
    expect([committed.status, committed.json()]).toMatchObject([
      200,
      { offsets: [{ topic: 't', offset: 1 }] },
    ]);
  }
});

test('a body that is too large for an event is refused with what to do', async () => {
  const { send } = await openFunction();
  const post = (bytes: number) =>
    send({
      method: 'POST',
      path: '/topics/large/partitions/0',
      headers: { 'content-type': RECORD_BATCH },
      body: Buffer.alloc(bytes),
    });
  const refused = await post(4_500_001);
  expect([refused.status, refused.json()]).toEqual([
    413,
    {
      error_code: 413,
      message: expect.stringMatching(
        /4500000 bytes \(socket\.request\.max\.bytes\): send it in parts.*Web Function/,
      ),
    },
  ]);
  expect((await post(4_500_000)).status).not.toBe(413);
});

test('a longer wait than the gateway allows is refused', async () => {
  const { send } = await openFunction();
  const headers = { 'content-type': JSON_V2 };
  await send({ method: 'POST', path: '/topics/t', headers, body: '{"records":[{"value":1}]}' });
  const answer = await send({ path: '/topics/t/partitions/0/records?timeout=20001' });
  expect([answer.status, answer.json()]).toMatchObject([400, { message: expect.stringContaining('20000') }]);
});

test('RIVULET_CONFIG goes before the defaults of functions', async () => {
  const { send } = await openFunction({
    environment: { RIVULET_CONFIG: '{"socket.request.max.bytes":10}' },
  });
  const headers = { 'content-type': JSON_V2 };
  const answer = await send({ method: 'POST', path: '/topics/t', headers, body: '{"records":[]}' });
  expect([answer.status, answer.json()]).toMatchObject([
    413,
    { message: expect.stringContaining('10 bytes') },
  ]);
});

test('whom the gateway has checked is the principal: a role by IAM, a claim by token', async () => {
  const stores = await embeddedStores();
  const { send } = await openFunction({ stores });
  const headers = { 'content-type': JSON_V2 };
  await send({ method: 'POST', path: '/topics/t', headers, body: '{"records":[{"value":1}]}' });
  // Once there is a rule, nobody may do what none allows.
  const broker = await openFunctionBroker({ environment: readEnvironment(variables), stores });
  await broker.acls.create([aclFor('User:bob')]);
  const statusFor = async (authorizer: typeof iamAuthorizer | typeof jwtAuthorizer, environment = {}) => {
    const opened = await openFunction({ stores, environment: { RIVULET_SUPER_USERS: '', ...environment } });
    return (await opened.send({ path: '/topics/t', authorizer })).status;
  };
  expect(await statusFor(iamAuthorizer)).toBe(403);
  expect(await statusFor(iamAuthorizer, { RIVULET_SUPER_USERS: READERS })).toBe(200);
  const jwt = { RIVULET_AUTH: 'jwt', RIVULET_SUPER_USERS: 'User:alice' };
  expect(await statusFor(jwtAuthorizer, jwt)).toBe(200);
  expect(await statusFor(jwtAuthorizer, { ...jwt, RIVULET_JWT_PRINCIPAL_CLAIM: 'client_id' })).toBe(403);
});

const aclFor = (principal: string): AclBinding => ({
  resourceType: 'TOPIC',
  resourceName: 't',
  patternType: 'LITERAL',
  principal,
  host: '*',
  operation: 'READ',
  permission: 'ALLOW',
});

test('what a client sends makes nobody a caller', async () => {
  const { handler } = await openFunction();
  const event = gatewayEvent({
    path: '/topics',
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=AKIA', 'x-amzn-iam-arn': READERS },
  });
  const { authorizer, ...requestContext } = event.requestContext;
  expect(authorizer).toBeDefined();
  const result = await handler({ ...event, requestContext }, invocation());
  expect(result.statusCode).toBe(401);
});

test('API keys are checked by the function itself', async () => {
  const { send } = await openFunction({ environment: { RIVULET_AUTH: 'api-keys' } });
  const answer = await send({ path: '/topics' });
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic/)]);
});

test('stores that are away are 503 with what is wrong, and the next request tries again', async () => {
  const stores = await openEmbeddedStores(await tempFolder());
  await stores.close();
  const { send } = await openFunction({ stores });
  const answer = await send({ path: '/topics' });
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
  expect(answer.headers['content-type']).toBe(JSON_TYPE);
});

test('an error that nobody expected is 500 and says nothing else', async () => {
  const stores = await embeddedStores();
  const broken = {
    ...stores,
    metadata: new Proxy(stores.metadata, {
      get: (target, name) =>
        name === 'get'
          ? () => Promise.reject(new TypeError('secret of the store'))
          : Reflect.get(target, name, target),
    }),
  };
  const { send } = await openFunction({ stores: broken });
  const answer = await send({ path: '/topics' });
  expect([answer.status, answer.json()]).toEqual([
    500,
    { error_code: 500, message: 'Internal Server Error' },
  ]);
});

test('the stream of v3 is answered as a whole', async () => {
  const { send } = await openFunction();
  await send({
    method: 'POST',
    path: '/topics/t',
    headers: { 'content-type': JSON_V2 },
    body: '{"records":[{"value":1}]}',
  });
  const clusters = (await send({ path: '/v3/clusters' })).json() as { data: { cluster_id: string }[] };
  const produced = await send({
    method: 'POST',
    path: `/v3/clusters/${clusters.data[0]?.cluster_id}/topics/t/records`,
    headers: { 'content-type': JSON_TYPE },
    body: '{"value":{"type":"JSON","data":2}}{"value":{"type":"JSON","data":3}}',
  });
  const lines = produced.body.toString().trim().split(/\r?\n/);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { error_code: 200, offset: 1 },
    { error_code: 200, offset: 2 },
  ]);
});

test('an event of another kind is an error of whoever calls', async () => {
  const { handler } = await openFunction();
  const event = { version: '1.0', httpMethod: 'GET', path: '/topics' };
  await expect(handler(event as never, invocation())).rejects.toThrow(/payload format 2\.0/);
});

test('a wrong environment stops the start, and names the variable', () => {
  const { RIVULET_TABLE, ...rest } = variables;
  expect(RIVULET_TABLE).toBe('log');
  expect(() => createHandler({ routes: fetchRoutes, environment: rest })).toThrow(
    /^RIVULET_TABLE is missing/,
  );
});
