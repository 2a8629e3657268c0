import { expect, test } from 'vitest';
import { createApp } from '../../../lib/api/app.ts';
import { publicUrlOf } from '../../../lib/api/http/public-url.ts';
import { allRoutes } from '../../../lib/api/routes/all.ts';
import { testBroker } from '../../support/broker.ts';
import { v3 } from '../../support/requests.ts';

type Given = Readonly<Record<string, string>>;

const urlOf = (headers: Given, url = 'http://broker.test:8082/v3/clusters'): string =>
  publicUrlOf(new Request(url, { headers }));

test.each([
  ['http://broker.test/v3/clusters?x=1', 'http://broker.test'],
  ['https://broker.test:8443/', 'https://broker.test:8443'],
  ['http://user:secret@broker.test/', 'http://broker.test'],
  ['http://[::1]:8082/', 'http://[::1]:8082'],
])('where nobody says anything else, %s is reached under %s', (url, expected) => {
  // `Request` refuses a URL with a user; a host might not.
  expect(publicUrlOf({ url, headers: new Headers() } as Request)).toBe(expected);
});

test.each<[Given, string]>([
  [{ forwarded: 'for=192.0.2.60;proto=https;by=203.0.113.43;host=logs.example' }, 'https://logs.example'],
  [{ forwarded: 'Proto=HTTPS;HOST="Logs.example:8443"' }, 'https://logs.example:8443'],
  [{ forwarded: 'host=logs.example:8443' }, 'http://logs.example:8443'],
  [{ forwarded: 'proto=https;host="[2001:db8::1]:8443"' }, 'https://[2001:db8::1]:8443'],
  [{ forwarded: 'host="logs\\.example"' }, 'http://logs.example'],
  [{ forwarded: 'host=first.example, host=second.example' }, 'http://first.example'],
  [{ forwarded: 'for="a,b;host=c";host=logs.example' }, 'http://logs.example'],
  [{ forwarded: ' proto=https ; host=logs.example ; ' }, 'https://logs.example'],
  [{ forwarded: 'proto=https' }, 'https://broker.test:8082'],
  [{ forwarded: 'for=192.0.2.60' }, 'http://broker.test:8082'],
])('%j leads to %s (RFC 7239)', (headers, expected) => {
  expect(urlOf(headers)).toBe(expected);
});

test.each<[Given, string]>([
  [{ 'x-forwarded-proto': 'https' }, 'https://broker.test:8082'],
  [{ 'x-forwarded-proto': 'HTTPS, http', 'x-forwarded-host': 'logs.example, inner' }, 'https://logs.example'],
  [{ 'x-forwarded-host': 'logs.example:8443', 'x-forwarded-port': '80' }, 'http://logs.example:8443'],
  [{ 'x-forwarded-host': 'logs.example', 'x-forwarded-port': '8443, 80' }, 'http://logs.example:8443'],
  [{ 'x-forwarded-host': '[2001:db8::1]', 'x-forwarded-port': '8443' }, 'http://[2001:db8::1]:8443'],
  [{ 'x-forwarded-prefix': '/kafka/logs/' }, 'http://broker.test:8082/kafka/logs'],
  [{ 'x-forwarded-prefix': '/outer, /inner' }, 'http://broker.test:8082/outer'],
  [{ 'x-forwarded-prefix': '/' }, 'http://broker.test:8082'],
])('%j leads to %s', (headers, expected) => {
  expect(urlOf(headers)).toBe(expected);
});

test("a port that is the scheme's own is left out", () => {
  const behindTls = { 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' };
  expect(urlOf(behindTls, 'http://logs.example/')).toBe('https://logs.example');
  expect(urlOf({ forwarded: 'proto=https;host="logs.example:443"' })).toBe('https://logs.example');
});

test('what Forwarded does not say is taken from the other headers, and only that', () => {
  const headers = {
    forwarded: 'host=logs.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'other.example',
    'x-forwarded-port': '8443',
    'x-forwarded-prefix': '/kafka',
  };
  expect(urlOf(headers)).toBe('https://logs.example/kafka');
});

test.each(['ftp', 'javascript', 'https://evil.example/', 'http:', ''])(
  'a proto of %j is ignored',
  (proto) => {
    expect(urlOf({ 'x-forwarded-proto': proto })).toBe('http://broker.test:8082');
    expect(urlOf({ forwarded: `proto="${proto}"` })).toBe('http://broker.test:8082');
  },
);

test.each([
  'user@evil.example',
  'user:secret@evil.example',
  'evil.example/path',
  'evil.example?query',
  'evil.example#fragment',
  'evil.example\\path',
  'evil.example:port',
  'evil.example:99999',
  'evil.example:',
  'evil%2eexample',
  'evil example',
  '<evil.example>',
  '[::1',
  '[evil]',
  '1.2.3.4.5',
  '_hidden',
  '',
])('a host of %j is ignored', (host) => {
  expect(urlOf({ 'x-forwarded-host': host })).toBe('http://broker.test:8082');
  expect(urlOf({ forwarded: `host="${host.replaceAll('\\', '\\\\')}"` })).toBe('http://broker.test:8082');
});

test.each(['0', '65536', '80a', '-1', '1e3', '0x50', '8.5', '80/path', ''])(
  'a port of %j is ignored',
  (port) => {
    expect(urlOf({ 'x-forwarded-port': port }, 'http://broker.test/')).toBe('http://broker.test');
  },
);

test.each([
  'kafka',
  '//evil.example',
  '/kafka//logs',
  '/..',
  '/kafka/../admin',
  '/kafka/.',
  '/%2e%2e/admin',
  '/kafka?query',
  '/kafka#fragment',
  '/kafka logs',
  '/\\evil.example',
  '/<script>',
  '/"',
])('a prefix of %j is ignored', (prefix) => {
  expect(urlOf({ 'x-forwarded-prefix': prefix })).toBe('http://broker.test:8082');
});

test.each([
  'host=evil.example;host=other.example',
  'host="evil.example',
  'host="evil.example"proto=https',
  'host',
  '=evil.example',
  ';;;',
  'for=1 host=evil.example',
])('a Forwarded of %j is not written as RFC 7239 says, and is ignored', (forwarded) => {
  expect(urlOf({ forwarded })).toBe('http://broker.test:8082');
  expect(urlOf({ forwarded, 'x-forwarded-host': 'logs.example' })).toBe('http://logs.example');
});

test('the advertised URL wins, whatever the headers say', () => {
  const headers = { forwarded: 'proto=http;host=evil.example', 'x-forwarded-prefix': '/evil' };
  const request = new Request('http://broker.test:8082/v3/clusters', { headers });
  expect(publicUrlOf(request, 'https://logs.example/kafka')).toBe('https://logs.example/kafka');
});

test.each(['/v3', '/kafka/v3'])('links and Location of %s begin with it', async (prefix) => {
  const { broker, send } = await testBroker();
  const path = `${prefix}/clusters/${broker.clusterId}/topics`;
  const headers = { forwarded: 'proto=https;host=logs.example', 'x-forwarded-prefix': '/api' };
  const create = v3('{"topic_name":"quakes"}');
  const created = await send(path, { ...create, headers: { ...create.headers, ...headers } });
  const self = `https://logs.example/api${path}/quakes`;
  expect(created.headers.get('location')).toBe(self);
  expect(await created.json()).toMatchObject({
    metadata: { self },
    partitions: { related: `${self}/partitions` },
  });
  expect(await (await send(path, { headers })).json()).toMatchObject({
    metadata: { self: `https://logs.example/api${path}` },
    data: [{ metadata: { self } }],
  });
});

test("links begin with the broker's advertised URL", async () => {
  const { broker } = await testBroker();
  const app = createApp({ ...broker, advertisedUrl: 'https://logs.example/kafka' }, allRoutes);
  const headers = { forwarded: 'host=evil.example' };
  const answer = await app.fetch(new Request('http://broker.test/v3/clusters', { headers }));
  const self = 'https://logs.example/kafka/v3/clusters';
  expect(await answer.json()).toMatchObject({
    metadata: { self },
    data: [{ metadata: { self: `${self}/${broker.clusterId}` } }],
  });
});
