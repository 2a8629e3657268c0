import { expect, test } from 'vitest';
import { readHttpEndpoint } from '../../lib/lambda/http-endpoint.ts';

const read = (value: string | undefined) => readHttpEndpoint({ AWS_LAMBDA_HTTP_ENDPOINT: value });

test.each([
  ['0.0.0.0:3000', { host: '0.0.0.0', port: 3000 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['[::]:8080', { host: '::', port: 8080 }],
  ['http://127.0.0.1:3000/', { host: '127.0.0.1', port: 3000 }],
  ['3000', { host: '0.0.0.0', port: 3000 }],
])('%s', (value, endpoint) => {
  expect(read(value)).toEqual(endpoint);
});

test.each(['0.0.0.0', '0.0.0.0:65536', '::1:3000', 'unix:/run/web.sock', ':3000'])(
  '%s says nothing that can be listened on',
  (value) => {
    expect(() => read(value)).toThrow(/^AWS_LAMBDA_HTTP_ENDPOINT has to be host:port/);
  },
);

test('without it, it says who sets it', () => {
  expect(() => read(undefined)).toThrow(/^AWS_LAMBDA_HTTP_ENDPOINT is missing: Lambda sets it/);
});
