import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { FunctionName } from '../../../lib/cdk/gateway-routes.ts';
import { Gateway } from './gateway.ts';
import type { gatewayEvent } from './gateway-event.ts';
import type { CallOutcome } from './lambda-function.ts';

type Event = ReturnType<typeof gatewayEvent>;
interface Invoked {
  readonly name: FunctionName;
  readonly event: Event;
}

const OK: CallOutcome = { kind: 'response', body: '{"statusCode":200,"body":"ok"}' };

/** A gateway whose functions all give one answer, and what they were given. */
async function openGateway(outcome: CallOutcome = OK) {
  const invoked: Invoked[] = [];
  const invoke = (name: FunctionName) => async (text: string) => {
    invoked.push({ name, event: JSON.parse(text) });
    return outcome;
  };
  const named = (name: FunctionName) => [name, { invoke: invoke(name) }] as const;
  const functions = Object.fromEntries((['produce', 'fetch', 'consume', 'admin'] as const).map(named));
  const gateway = await Gateway.open({
    functions: functions as Record<FunctionName, { invoke: (event: string) => Promise<CallOutcome> }>,
    callerArn: 'arn:aws:iam::123456789012:user/tester',
  });
  onTestFinished(() => gateway.close());
  return { url: gateway.url, invoked };
}

/** As it is on the wire: `fetch` would put paths and headers right. */
async function send(
  url: string,
  path: string,
  { method = 'GET', headers = {}, body = '' as string | Buffer } = {},
) {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: object;
    body: Buffer;
  }>();
  const outgoing = request({ hostname, port, method, path, headers }, (response) => {
    buffer(response).then((answer) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer });
    }, reject);
  });
  outgoing.on('error', reject).end(body);
  return promise;
}

test('a request becomes an event of payload format 2.0', async () => {
  const { url, invoked } = await openGateway();
  await send(url, '/topics/a%20b/partitions/0/records?offset=1&x=a%20b&x=c', {
    headers: { 'X-Thing': ['one', 'two'], Cookie: 'a=1; b=2', Accept: 'application/json' },
  });
  expect(invoked).toMatchObject([
    {
      name: 'fetch',
      event: {
        version: '2.0',
        routeKey: 'GET /topics/{topic}/partitions/{partition}/records',
        rawPath: '/topics/a b/partitions/0/records',
        rawQueryString: 'offset=1&x=a%20b&x=c',
        cookies: ['a=1', 'b=2'],
        headers: { 'x-thing': 'one,two', accept: 'application/json', 'x-forwarded-proto': 'https' },
        queryStringParameters: { offset: '1', x: 'a b,c' },
        pathParameters: { topic: 'a%20b', partition: '0' },
        requestContext: {
          authorizer: { iam: { userArn: 'arn:aws:iam::123456789012:user/tester' } },
          http: { method: 'GET', path: '/topics/a b/partitions/0/records', protocol: 'HTTP/1.1' },
          stage: '$default',
        },
        isBase64Encoded: false,
      },
    },
  ]);
  expect(invoked[0]?.event).not.toHaveProperty('body');
  expect(invoked[0]?.event.headers).not.toHaveProperty('cookie');
  expect(invoked[0]?.event.headers).not.toHaveProperty('connection');
});

test.each([
  ['application/json', '{"a":"ä"}', false],
  ['text/plain; charset=utf-8', 'ä', false],
  ['application/vnd.kafka.json.v2+json', '{"records":[]}', true],
  ['application/vnd.kafka.recordbatch', Buffer.from([0, 255, 128]), true],
])('a body of %s comes as it was', async (contentType, body, isBase64Encoded) => {
  const { url, invoked } = await openGateway();
  await send(url, '/topics/t', { method: 'POST', headers: { 'Content-Type': contentType }, body });
  const { name, event } = invoked[0] ?? {};
  expect({ name, isBase64Encoded: event?.isBase64Encoded }).toEqual({ name: 'produce', isBase64Encoded });
  expect(Buffer.from(event?.body ?? '', isBase64Encoded ? 'base64' : 'utf8')).toEqual(Buffer.from(body));
});

test.each<[string, string, FunctionName]>([
  ['POST', '/topics/t/partitions/0', 'produce'],
  ['GET', '/topics/t/partitions/0', 'admin'],
  ['DELETE', '/consumers/g/instances/i', 'consume'],
  ['POST', '/kafka/v3/clusters/c/topics/t/records', 'produce'],
  ['GET', '/v3/clusters', 'admin'],
])('%s %s goes to the function for it', async (method, path, name) => {
  const { url, invoked } = await openGateway();
  await send(url, path, { method });
  expect(invoked.map((each) => each.name)).toEqual([name]);
});

test('an answer comes with its status, its headers, and its bytes', async () => {
  const body = Buffer.from([0, 255, 128]);
  const result = {
    statusCode: 416,
    headers: { 'kafka-high-watermark': '7' },
    cookies: ['a=1', 'b=2'],
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
  const { url } = await openGateway({ kind: 'response', body: JSON.stringify(result) });
  const headers = { 'kafka-high-watermark': '7', 'set-cookie': ['a=1', 'b=2'] };
  expect(await send(url, '/')).toMatchObject({ status: 416, headers, body });
});

test.each<[string, CallOutcome, number]>([
  ['fails', { kind: 'error', body: '{"errorType":"Error"}' }, 500],
  ['takes too long', { kind: 'ended', error: 'Sandbox.Timedout' }, 500],
  ['has no room', { kind: 'throttled' }, 503],
  [
    'answers more than it may',
    { kind: 'response', body: JSON.stringify({ body: 'x'.repeat(7_000_000) }) },
    500,
  ],
])('of a function that %s a client hears nothing but that', async (_, outcome, status) => {
  const { url } = await openGateway(outcome);
  const answer = await send(url, '/');
  expect(answer.status).toBe(status);
  expect(Object.keys(JSON.parse(answer.body.toString()))).toEqual(['message']);
});
