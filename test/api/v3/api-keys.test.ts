import { expect, test } from 'vitest';
import { createApp } from '../../../lib/api/app.ts';
import { apiKeyAuthenticator } from '../../../lib/api/auth/api-key-authenticator.ts';
import { gatewayAuthenticator } from '../../../lib/api/auth/gateway-authenticator.ts';
import { allRoutes } from '../../../lib/api/routes/all.ts';
import { aclAuthorizer } from '../../../lib/cluster/acls/acl-authorizer.ts';
import type { AclOperation } from '../../../lib/cluster/acls/authorizer.ts';
import type { CreatedApiKey } from '../../../lib/cluster/api-keys/types.ts';
import { testBroker } from '../../support/broker.ts';
import { v3 } from '../../support/requests.ts';

const ADMIN = 'User:admin';

/** A broker that takes API keys and obeys rules, and a key of its super user. */
async function setUp() {
  const { broker, bugs } = await testBroker();
  const monotonicMs = () => performance.now();
  const app = createApp(broker, allRoutes, {
    authenticator: apiKeyAuthenticator({ apiKeys: broker.apiKeys, monotonicMs }),
    authorizer: aclAuthorizer({ acls: broker.acls, superUsers: [ADMIN], monotonicMs }),
  });
  const admin = await broker.apiKeys.create({ principal: ADMIN });
  const path = `/v3/clusters/${broker.clusterId}/api-keys`;
  const as =
    ({ keyId, secret }: Pick<CreatedApiKey, 'keyId' | 'secret'>) =>
    async (rest: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      headers.set('Authorization', `Basic ${btoa(`${keyId}:${secret}`)}`);
      const url = `http://broker.test${rest.startsWith('/') ? rest : path + rest}`;
      const response = await app.fetch(new Request(url, { ...init, headers }));
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
    };
  const allow = (principal: string, operation: AclOperation) =>
    broker.acls.create([
      {
        resourceType: 'CLUSTER',
        resourceName: 'kafka-cluster',
        patternType: 'LITERAL',
        principal,
        host: '*',
        operation,
        permission: 'ALLOW',
      },
    ]);
  return { broker, bugs, admin, ask: as(admin), as, allow, url: `http://broker.test${path}`, path };
}

const post = (body: object) => v3(JSON.stringify(body));

test('a key that is made over HTTP is shown once with its secret, and then without', async () => {
  const { broker, ask, as, path, url, bugs } = await setUp();
  const made = await ask('', post({ principal: 'User:alice', description: 'nightly job' }));
  expect(made.status).toBe(201);
  const { secret, ...key } = made.body;
  const { key_id: keyId } = key;
  expect(key).toEqual({
    kind: 'KafkaApiKey',
    metadata: {
      self: `${url}/${keyId}`,
      resource_name: `crn:///kafka=${broker.clusterId}/api-key=${keyId}`,
    },
    cluster_id: broker.clusterId,
    key_id: expect.stringMatching(/^[A-Z2-7]{16}$/),
    principal: 'User:alice',
    description: 'nightly job',
    created_at: expect.stringMatching(/^20\d\d-\d\d-\d\dT.*Z$/),
  });
  expect(made.headers.get('location')).toBe(`${url}/${keyId}`);
  expect(made.headers.get('cache-control')).toBe('no-store');
  expect(await ask(`${path}/${keyId}`)).toMatchObject({ status: 200, body: key });
  const list = await ask('');
  expect(list.body).toMatchObject({ kind: 'KafkaApiKeyList', metadata: { self: url, next: null } });
  expect(list.body.data).toContainEqual(key);
  expect(JSON.stringify(list.body)).not.toContain('hash');
  expect(JSON.stringify(list.body)).not.toContain(secret);
  expect(await as({ keyId, secret })('/topics')).toMatchObject({ status: 200 });
  expect(bugs).toEqual([]);
});

test('a key without a description has none', async () => {
  const { ask } = await setUp();
  expect(await ask('', post({ principal: 'User:bob', description: null }))).toMatchObject({
    status: 201,
    body: { description: null },
  });
});

test('a key that is revoked is gone', async () => {
  const { ask, path, broker } = await setUp();
  const { keyId } = await broker.apiKeys.create({ principal: 'User:alice' });
  expect(await ask(`${path}/${keyId}`, { method: 'DELETE' })).toMatchObject({ status: 204, body: undefined });
  const gone = { status: 404, body: { error_code: 40406, message: `There is no API key "${keyId}".` } };
  expect(await ask(`${path}/${keyId}`)).toMatchObject(gone);
  expect(await ask(`${path}/${keyId}`, { method: 'DELETE' })).toMatchObject(gone);
});

test.each([
  [{}, 'principal: '],
  [{ principal: 'alice' }, 'The principal does not begin with "User:". It looks like User:alice.'],
  [{ principal: 'User:*' }, 'The principal has a name that is *'],
  [{ principal: 'User:a', secret: 'mine' }, 'Unrecognized field: secret.'],
  [{ principal: 'User:a', description: 'two\nlines' }, 'The description has to be one line'],
])('%j makes no key', async (body, message) => {
  const { ask, broker } = await setUp();
  expect(await ask('', post(body))).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining(message) },
  });
  expect(await broker.apiKeys.list()).toHaveLength(1);
});

test('keys of another cluster are not here', async () => {
  const { ask } = await setUp();
  expect(await ask('/v3/clusters/another/api-keys')).toMatchObject({ status: 404 });
});

test('whoever may describe the cluster sees keys, and whoever may alter it makes and revokes them', async () => {
  const { broker, as, allow, path } = await setUp();
  const alice = as(await broker.apiKeys.create({ principal: 'User:alice' }));
  const bob = await broker.apiKeys.create({ principal: 'User:bob' });
  await allow('User:nobody', 'ALTER');
  const key = `${path}/${bob.keyId}`;
  const create = () => alice('', post({ principal: ADMIN }));
  const refusal = (operation: AclOperation) => ({
    status: 403,
    body: { error_code: 40301, message: `User:alice is not authorized to ${operation} the cluster.` },
  });
  expect(await alice('')).toMatchObject(refusal('DESCRIBE'));
  expect(await alice(key)).toMatchObject(refusal('DESCRIBE'));
  await allow('User:alice', 'DESCRIBE');
  expect(await alice('')).toMatchObject({ status: 200 });
  expect(await alice(key)).toMatchObject({ status: 200 });
  expect(await create()).toMatchObject(refusal('ALTER'));
  expect(await alice(key, { method: 'DELETE' })).toMatchObject(refusal('ALTER'));
  await allow('User:alice', 'ALTER');
  expect(await create()).toMatchObject({ status: 201 });
  expect(await alice(key, { method: 'DELETE' })).toMatchObject({ status: 204 });
});

test.each([
  ['asks nobody who they are', undefined],
  ['lets a gateway check who they are', gatewayAuthenticator()],
])('a broker that %s has no keys to manage', async (_, authenticator) => {
  const { broker } = await testBroker();
  const app = createApp(broker, allRoutes, { authenticator });
  const caller = { kind: 'iam', arn: 'arn:aws:iam::123456789012:user/alice' } as const;
  const url = `http://broker.test/v3/clusters/${broker.clusterId}/api-keys`;
  const init = post({ principal: 'User:mallory' });
  for (const request of [
    new Request(url),
    new Request(url, init),
    new Request(`${url}/A`, { method: 'DELETE' }),
  ]) {
    const response = await app.fetch(request, { caller });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error_code: 40002,
      message: expect.stringContaining('This broker does not take API keys'),
    });
  }
  expect(await broker.apiKeys.list()).toEqual([]);
});
