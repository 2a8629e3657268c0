import { expect, test } from 'vitest';
import { publicUrlOf } from '../../lib/api/http/public-url.ts';
import { requestOf } from '../../lib/lambda/event-request.ts';
import { type EventParts, gatewayEvent, jwtAuthorizer } from './gateway-events.ts';

const requested = (parts: EventParts) => requestOf(gatewayEvent(parts));
const HOST = 'https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com';

test('method, URL, headers and body are those of the client', async () => {
  const { request } = requested({
    method: 'POST',
    path: '/topics/t?a=1&b=%2F',
    headers: { 'content-type': 'text/plain', 'idempotency-key': '"k"' },
    body: 'grüezi',
  });
  expect([request.method, request.url]).toEqual(['POST', `${HOST}/topics/t?a=1&b=%2F`]);
  expect(request.headers.get('idempotency-key')).toBe('"k"');
  expect(request.headers.get('content-length')).toBe('7');
  expect(await request.text()).toBe('grüezi');
});

test('cookies, which come apart, are one header', () => {
  const event = { ...gatewayEvent({ path: '/' }), cookies: ['a=1', 'b=2'] };
  expect(requestOf(event).request.headers.get('cookie')).toBe('a=1; b=2');
});

test('what a client escaped in a path stays a part of its segment', () => {
  const urlOf = (path: string) => requested({ path }).request.url.slice(HOST.length);
  expect(urlOf('/groups/a%20b')).toBe('/groups/a%20b');
  expect(urlOf('/groups/50%25')).toBe('/groups/50%25');
  expect(urlOf('/groups/what%3Fa=1')).toBe('/groups/what%3Fa=1');
  expect(urlOf('/groups/a%23b')).toBe('/groups/a%23b');
  expect(urlOf('/groups/a%5Cb')).toBe('/groups/a%5Cb');
  expect(urlOf('/groups/%C3%BC')).toBe('/groups/%C3%BC');
  expect(urlOf('/groups/g/offsets:fetch')).toBe('/groups/g/offsets:fetch');
});

test('a body without a length has one, however it came to the gateway', () => {
  const event = gatewayEvent({ method: 'POST', path: '/', body: Buffer.from([0, 255]) });
  const { 'content-length': length, ...headers } = event.headers;
  expect(length).toBe('2');
  const { request } = requestOf({ ...event, headers: { ...headers, 'transfer-encoding': 'chunked' } });
  expect(request.headers.get('content-length')).toBe('2');
  expect(request.headers.has('transfer-encoding')).toBe(false);
});

test('the body of a GET comes with the host', async () => {
  const { request, host } = requested({ path: '/', body: '{}' });
  expect(request.body).toBeNull();
  const pieces = await Array.fromAsync(host.streamBody?.() ?? []);
  expect(Buffer.concat(pieces).toString()).toBe('{}');
  expect((await host.readBody?.(2))?.toString()).toBe('{}');
  expect(requested({ path: '/' }).host).not.toHaveProperty('streamBody');
});

test('a stage with a name is no part of the path, and part of every link', () => {
  const { request } = requested({ path: '/topics/t', stage: 'prod' });
  expect(new URL(request.url).pathname).toBe('/topics/t');
  expect(publicUrlOf(request)).toBe(`${HOST}/prod`);
  const behindProxy = requested({ path: '/t', stage: 'prod', headers: { 'x-forwarded-prefix': '/kafka' } });
  expect(publicUrlOf(behindProxy.request)).toBe(`${HOST}/kafka`);
  expect(publicUrlOf(requested({ path: '/topics/t' }).request)).toBe(HOST);
});

test('a topic that is named as the stage is none', () => {
  const event = { ...gatewayEvent({ path: '/', stage: 'prod' }), rawPath: '/production/x' };
  expect(new URL(requestOf(event).request.url).pathname).toBe('/production/x');
});

test('the caller is whom the gateway has checked', () => {
  const { host: iam } = requested({ path: '/' });
  expect(iam.caller).toEqual({
    kind: 'iam',
    arn: 'arn:aws:sts::123456789012:assumed-role/readers/laptop',
  });
  const { host: jwt } = requested({ path: '/', authorizer: jwtAuthorizer });
  expect(jwt.caller).toMatchObject({ kind: 'jwt', claims: { sub: 'alice' } });
  const event = gatewayEvent({ path: '/' });
  const unchecked = { ...event, requestContext: { ...event.requestContext, authorizer: null } };
  expect(requestOf(unchecked).host).not.toHaveProperty('caller');
});
