import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { readBody } from '../../../lib/api/http/body.ts';
import { TEXT } from '../../../lib/api/http/media-types.ts';
import { type HostEnv, mount } from '../../../lib/api/http/mount.ts';
import { noParameters } from '../../../lib/api/http/parameters.ts';
import { defineRoute } from '../../../lib/api/http/route.ts';
import { Metrics } from '../../../lib/api/ops/metrics.ts';
import { StickyPartitioner } from '../../../lib/kafka/sticky-partitioner.ts';
import { testBroker } from '../../support/broker.ts';

const url = 'http://broker.test/';

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

test.each(['GET', 'HEAD'])('a %s has the body that its host passes along', async (method) => {
  const host = { streamBody: () => pieces('abc', 'de') };
  expect(await readBody(new Request(url, { method }), host, 5)).toEqual(Buffer.from('abcde'));
});

test.each(['GET', 'HEAD'])('a %s whose host passes nothing along has an empty body', async (method) => {
  const request = new Request(url, { method, headers: { 'Content-Length': '5' } });
  expect(await readBody(request, {}, 5)).toHaveLength(0);
});

test('a host is asked for no more of a body once it is too large', async () => {
  let given = 0;
  let isOver = false;
  const host = {
    async *streamBody() {
      try {
        for (;;) {
          given++;
          yield Buffer.from('ab');
        }
      } finally {
        isOver = true;
      }
    },
  };
  await expect(readBody(new Request(url), host, 5)).rejects.toMatchObject({ status: 413 });
  expect({ given, isOver }).toEqual({ given: 3, isOver: true });
});

test('a body that says that it is too large is not asked for', async () => {
  const host = { streamBody: () => expect.unreachable() };
  const request = new Request(url, { headers: { 'Content-Length': '6' } });
  await expect(readBody(request, host, 5)).rejects.toMatchObject({ status: 413 });
});

test('a body that a host cannot give whole is an error of the client', async () => {
  const host = {
    async *streamBody() {
      yield Buffer.from('ab');
      throw new Error('gone');
    },
  };
  await expect(readBody(new Request(url), host, 5)).rejects.toMatchObject({ status: 400 });
});

const echo = defineRoute({
  method: 'get',
  path: '/',
  dialect: 'v2',
  summary: 'Answers with the body of the request.',
  params: noParameters,
  query: noParameters,
  produces: [TEXT],
  answers: { 200: { description: 'The body.' } },
  handle: async (call) => call.send(200, (await call.body()) as Uint8Array<ArrayBuffer>),
});

test('a route gets the body of a GET from its call, within socket.request.max.bytes', async () => {
  const { broker, bugs } = await testBroker({ 'socket.request.max.bytes': 5 });
  const app = new Hono<HostEnv>();
  mount(app, [echo], {
    broker,
    metrics: new Metrics(),
    partitioner: new StickyPartitioner({ random: broker.random }),
    openApi: async () => '',
    onBug: (error) => bugs.push(error),
  });
  const answered = async (host?: HostEnv['Bindings']): Promise<[number, string]> => {
    const response = await app.fetch(new Request(url), host);
    return [response.status, await response.text()];
  };
  expect(await answered({ streamBody: () => pieces('abc', 'de') })).toEqual([200, 'abcde']);
  expect(await answered({})).toEqual([200, '']);
  expect(await answered()).toEqual([200, '']);
  const refused = expect.stringContaining('socket.request.max.bytes');
  expect(await answered({ streamBody: () => pieces('abc', 'def') })).toEqual([413, refused]);
  expect(bugs).toEqual([]);
});
