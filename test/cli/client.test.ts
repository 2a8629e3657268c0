import { expect, test } from 'vitest';
import { Client } from '../../lib/cli/client.ts';
import { type Credentials, credentialsOf, noCredentials } from '../../lib/cli/credentials.ts';
import { recordingServer } from './recording-server.ts';

const SECRET = 'rivulet_0123456789012345678901234567890123456789012';
const apiKey = credentialsOf({ apiKey: `AAAAAAAAAAAAAAAA:${SECRET}` }, {});
const token = credentialsOf({}, { RIVULET_TOKEN: 'e30.e30.c2ln' });

test.each<[string, Credentials, string | undefined]>([
  ['an API key', apiKey, `Basic ${btoa(`AAAAAAAAAAAAAAAA:${SECRET}`)}`],
  ['a token', token, 'Bearer e30.e30.c2ln'],
  ['nothing', noCredentials, undefined],
])('%s goes along with every request', async (_, credentials, header) => {
  const { url, received } = await recordingServer((response) => response.end('[]'));
  const client = new Client(url, credentials);
  await client.json('/topics');
  await client.send('/topics/t', { method: 'POST', body: { records: [] } });
  expect(received.map(({ headers }) => headers.authorization)).toEqual([header, header]);
  expect(received[1]).toMatchObject({
    body: Buffer.from('{"records":[]}'),
    headers: { 'content-type': 'application/json' },
  });
});

test('a redirect is not followed with credentials, and the message says where it leads', async () => {
  const other = await recordingServer((response) => response.end('[]'));
  const location = `${other.url}/topics?token=t`;
  const { url } = await recordingServer((response) => response.writeHead(307, { Location: location }).end());
  const failing = new Client(url, apiKey).send('/topics');
  await expect(failing).rejects.toThrow(
    `HTTP 307 Temporary Redirect: it leads to ${other.url}; name that with --url, if the API key in --api-key may be sent there`,
  );
  expect(other.received).toEqual([]);
  expect(await new Client(url).json('/topics')).toEqual([]);
});

test.each<[number, Credentials, string]>([
  [401, noCredentials, 'no: set RIVULET_API_KEY=key:secret or RIVULET_TOKEN, or sign with --aws-sigv4'],
  [403, noCredentials, 'no: set RIVULET_API_KEY=key:secret or RIVULET_TOKEN, or sign with --aws-sigv4'],
  [401, apiKey, 'no: the API key in --api-key was sent and is not accepted'],
  [403, token, 'no: the token in RIVULET_TOKEN was accepted, and may not do this'],
  [404, apiKey, 'no.'],
])('an answer with %i says what to do: %s', async (status, credentials, message) => {
  const { url } = await recordingServer((response) =>
    response.writeHead(status).end('{"error_code":40101,"message":"no."}'),
  );
  const failing = new Client(url, credentials).send('/topics');
  await expect(failing).rejects.toMatchObject({ status, errorCode: 40101, message });
});

test.each([
  ['{"message":"Forbidden"}', 'Forbidden: the API key in --api-key was accepted, and may not do this'],
  ['<html>', 'HTTP 403 Forbidden: the API key in --api-key was accepted, and may not do this'],
  ['null', 'HTTP 403 Forbidden: the API key in --api-key was accepted, and may not do this'],
])('a gateway that answers 403 with %s is understood', async (body, message) => {
  const { url } = await recordingServer((response) => response.writeHead(403).end(body));
  const failing = new Client(url, apiKey).send('/topics');
  await expect(failing).rejects.toMatchObject({ status: 403, errorCode: 403, message });
});

test('a URL with a secret in it is refused, and the message does not repeat it', () => {
  const make = () => new Client(`http://AAAAAAAAAAAAAAAA:${SECRET}@127.0.0.1:8082`);
  expect(make).toThrow('--url holds a user or a password: set RIVULET_API_KEY=key:secret instead');
});
