import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { openRequestSigner, type SignableRequest } from '../../../lib/storage/aws/request-signer.ts';
import { verifySigV4 } from './verify-sigv4.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET);
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  // Files of whoever runs the test are none of its business.
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
});
afterEach(() => vi.unstubAllEnvs());

function open() {
  const signer = openRequestSigner();
  onTestFinished(() => signer.close());
  return signer;
}

/** What a server would get. */
const received = ({ method, url, contentType, body }: SignableRequest, added: Record<string, string>) => ({
  method,
  target: url.pathname + url.search,
  headers: {
    host: url.host,
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...Object.fromEntries(Object.entries(added).map(([name, value]) => [name.toLowerCase(), value])),
  },
  body: Buffer.from(body ?? ''),
});

test.each<[string, Partial<SignableRequest> & { url: URL }, { region: string; service: string }]>([
  [
    'an API of API Gateway',
    {
      url: new URL(
        'https://a1b2.execute-api.us-east-2.amazonaws.com/topics/t/partitions/0/records?offset=1&timeout=0',
      ),
    },
    { region: 'us-east-2', service: 'execute-api' },
  ],
  [
    "a function's URL",
    { url: new URL('https://abcdef.lambda-url.ap-southeast-2.on.aws/topics') },
    { region: 'ap-southeast-2', service: 'lambda' },
  ],
  [
    'an API under a name of its own',
    { url: new URL('https://logs.example.org/kafka/topics') },
    { region: 'eu-west-1', service: 'execute-api' },
  ],
  [
    'a body of JSON',
    {
      url: new URL('https://logs.example.org/topics/t'),
      method: 'POST',
      contentType: 'application/json',
      body: '{"é":1}',
    },
    { region: 'eu-west-1', service: 'execute-api' },
  ],
  [
    'a body of bytes',
    {
      url: new URL('https://logs.example.org/topics/t'),
      method: 'POST',
      contentType: 'a/b',
      body: Buffer.from([0, 255]),
    },
    { region: 'eu-west-1', service: 'execute-api' },
  ],
  [
    'a name that has to be escaped',
    { url: new URL("https://logs.example.org/groups/by%20hand%2F(1)'*/lags?b=2&a=%2F%20x&a=1") },
    { region: 'eu-west-1', service: 'execute-api' },
  ],
])('a request to %s is signed for it', async (_, given, scope) => {
  const request = { method: 'GET', contentType: undefined, body: null, ...given };
  const added = await open().sign(request);
  const signature = verifySigV4(received(request, added), SECRET);
  expect(signature).toMatchObject({ id: 'AKIDEXAMPLE', ...scope });
  expect(signature.signedHeaders).toContain('host');
  expect(added).not.toHaveProperty('host');
  const other = { ...request, method: 'DELETE' };
  expect(() => verifySigV4(received(other, added), SECRET)).toThrow('the signature is not that of');
});

test('the token of a session goes along, and is signed', async () => {
  vi.stubEnv('AWS_SESSION_TOKEN', 'session-token');
  const request = {
    method: 'GET',
    url: new URL('https://logs.example.org/'),
    contentType: undefined,
    body: null,
  };
  const added = await open().sign(request);
  expect(added['x-amz-security-token']).toBe('session-token');
  expect(verifySigV4(received(request, added), SECRET).signedHeaders).toContain('x-amz-security-token');
});

test('without a region, the message says what it takes', async () => {
  vi.stubEnv('AWS_REGION', undefined);
  const request = {
    method: 'GET',
    url: new URL('https://logs.example.org/'),
    contentType: undefined,
    body: null,
  };
  await expect(open().sign(request)).rejects.toThrow(
    /^cannot sign the request for AWS \(Region is missing\): it takes a region \(AWS_REGION\), and credentials/,
  );
});

test('without credentials, the message says what it takes', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
  const request = {
    method: 'GET',
    url: new URL('https://logs.example.org/'),
    contentType: undefined,
    body: null,
  };
  await expect(open().sign(request)).rejects.toThrow(
    /^cannot sign the request for AWS \(.*\): it takes .* credentials/,
  );
});
