/** What a host with authentication refuses; one that lets everybody in has nothing of this to show. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ask, type Send } from '../api/groups/group-client.ts';
import { answered, base64, binary } from '../support/requests.ts';
import { send, sendPlain } from './support/client.ts';
import { scheme } from './support/credentials.ts';
import { freshName } from './support/names.ts';
import { partitionPath } from './support/records.ts';
import { clusterPath, freshTopic } from './support/topics.ts';

/** Other processes obey a new rule within five seconds, and forget a revoked key within ten. */
const SOON = { timeout: 40_000, interval: 500 };

const withAuthorization =
  (authorization: string): Send =>
  (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('Authorization', authorization);
    return sendPlain(path, { ...init, headers: Object.fromEntries(headers) });
  };
const basic = (keyAndSecret: string): string => `Basic ${base64(keyAndSecret)}`;

/** A request to each of the functions that a deployment consists of. */
const requests: [string, string, RequestInit][] = [
  ['produce', '/topics/quakes', binary({ value: '' })],
  ['fetch', '/topics/quakes/partitions/0/records', {}],
  ['consume', '/consumers/group', { method: 'POST' }],
  ['admin', '/topics', {}],
];

describe.runIf(scheme !== 'none')('who does not say who they are', () => {
  test.each(requests)('cannot %s', async (_, path, init) => {
    const answer = await sendPlain(path, init);
    // API Gateway answers a request without a signature with 403.
    expect(answer.status).toBe(scheme === 'iam' ? 403 : 401);
    if (scheme === 'api-keys')
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm="rivulet"/);
  });
});

describe.runIf(scheme === 'jwt')('a token', () => {
  test.each(requests)('that is none cannot %s', async (_, path, init) => {
    for (const token of ['x', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.'])
      expect((await withAuthorization(`Bearer ${token}`)(path, init)).status).toBe(401);
  });
});

interface Rule {
  readonly resource_type: string;
  readonly resource_name: string;
  readonly principal: string;
  readonly operation: string;
}

/** Allows something, and returns what takes it back. */
async function allow(rule: Rule): Promise<() => Promise<void>> {
  const path = `${await clusterPath()}/acls`;
  const whole = { ...rule, pattern_type: 'LITERAL', host: '*', permission: 'ALLOW' };
  expect(await ask(send, 'POST', path, whole)).toMatchObject({ status: 201 });
  return async () => {
    const removed = await ask(send, 'DELETE', `${path}?${new URLSearchParams(whole)}`);
    expect(removed).toMatchObject({ status: 200, body: { data: [whole] } });
  };
}

/** Makes a key for a principal that nothing is allowed to. */
async function freshKey() {
  const principal = `User:${freshName('alice')}`;
  const path = `${await clusterPath()}/api-keys`;
  const made = await ask<{ key_id: string; secret: string }>(send, 'POST', path, { principal });
  expect(made.status).toBe(201);
  const { key_id: id, secret } = made.body;
  return { principal, path: `${path}/${id}`, id, secret, as: withAuthorization(basic(`${id}:${secret}`)) };
}

describe.runIf(scheme === 'api-keys')('an API key', () => {
  test.each([
    ['a key that there is not', basic('AAAAAAAAAAAAAAAA:secret')],
    ['no secret', basic('key')],
    ['no base64', 'Basic %'],
    ['another scheme', 'Bearer token'],
  ])('%s is 401', async (_, authorization) => {
    const answer = await withAuthorization(authorization)('/topics');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm="rivulet"/);
    expect(await answered(answer)).toMatchObject({ status: 401, body: { error_code: 40101 } });
  });

  test('with the secret of another key is 401', async () => {
    const [one, two] = [await freshKey(), await freshKey()];
    const mixed = withAuthorization(basic(`${one.id}:${two.secret}`));
    expect((await mixed('/topics')).status).toBe(401);
  });

  test('lets its principal do what rules allow, no more and no longer', async () => {
    const { principal, as } = await freshKey();
    const other = { resource_type: 'TOPIC', resource_name: '*', operation: 'WRITE' };
    // With the first rule that there is, all that none allows is forbidden.
    const takeBack = await allow({ ...other, principal: `User:${freshName('bob')}` });
    onTestFinished(takeBack);
    const topic = await freshTopic();
    const produce = () => as(partitionPath(topic), binary({ value: base64('a') }));
    const fetch = () => as(`${partitionPath(topic)}/records`);
    const forbidden = { status: 403, body: { error_code: 40301, message: expect.any(String) } };
    await vi.waitFor(async () => expect(await answered(produce())).toEqual(forbidden), SOON);
    await vi.waitFor(async () => expect(await answered(fetch())).toEqual(forbidden), SOON);
    // It is not even shown what there is.
    const nothing = { status: 200, body: [] };
    await vi.waitFor(async () => expect(await answered(as('/topics'))).toEqual(nothing), SOON);
    expect(await ask(as, 'GET', '/groups')).toEqual({ status: 200, body: { groups: [] } });

    const forbid = await allow({ ...other, resource_name: topic, principal });
    await vi.waitFor(async () => expect((await produce()).status).toBe(200), SOON);
    await vi.waitFor(
      async () => expect(await answered(as('/topics'))).toMatchObject({ body: [topic] }),
      SOON,
    );
    expect(await answered(fetch())).toEqual(forbidden);
    await forbid();
    await vi.waitFor(async () => expect(await answered(produce())).toEqual(forbidden), SOON);
  });

  test('that is revoked is forgotten', async () => {
    const { as, path } = await freshKey();
    expect((await as('/topics')).status).toBe(200);
    expect(await ask(send, 'DELETE', path)).toMatchObject({ status: 204 });
    await vi.waitFor(async () => expect((await as('/topics')).status).toBe(401), SOON);
  });
});
