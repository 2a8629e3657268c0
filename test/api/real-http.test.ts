import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { expect, onTestFinished, test } from 'vitest';
import { BINARY_V2, JSON_TYPE } from '../../lib/api/http/media-types.ts';
import type { BrokerConfig } from '../../lib/cluster/broker-config.ts';
import { type TestBroker, testBroker } from '../support/broker.ts';
import { answered, binary } from '../support/requests.ts';

async function listening(overrides: Partial<BrokerConfig> = {}): Promise<TestBroker & { url: string }> {
  const all = await testBroker(overrides);
  const server = serve({ fetch: all.app.fetch, port: 0, hostname: '127.0.0.1' });
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  await new Promise((resolve) => server.once('listening', resolve));
  return { ...all, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of message) text += chunk;
  return text;
}

/** A body in pieces, without a length. */
async function chunked(
  url: string,
  pieces: string[],
): Promise<{ status: number | undefined; body: unknown }> {
  const sent = request(url, {
    method: 'POST',
    headers: { 'Content-Type': BINARY_V2, 'Transfer-Encoding': 'chunked' },
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve);
    sent.on('error', reject);
  });
  for (const piece of pieces) sent.write(piece);
  sent.end();
  const message = await answer;
  return { status: message.statusCode, body: JSON.parse(await textOf(message)) };
}

test('a body that is too large is 413, whether it tells its length or not', async () => {
  const body = '{"records":[{"value":"eA=="}]}';
  const { url, bugs } = await listening({ 'socket.request.max.bytes': body.length });
  const path = `${url}/topics/quakes`;
  const whole = (text: string) =>
    answered(fetch(path, { method: 'POST', headers: { 'Content-Type': BINARY_V2 }, body: text }));
  const refused = {
    status: 413,
    body: { error_code: 413, message: expect.stringContaining('socket.request.max.bytes') },
  };
  expect(await whole(body)).toMatchObject({ status: 200 });
  expect(await whole(`${body} `)).toEqual(refused);
  expect(await chunked(path, [body.slice(0, 9), body.slice(9)])).toMatchObject({ status: 200 });
  expect(await chunked(path, [body, ' '])).toEqual(refused);
  expect(bugs).toEqual([]);
});

test('a reader that hangs up ends its wait', async () => {
  const { broker, url } = await listening({ 'fetch.wait.limit.ms': 3_600_000 });
  await fetch(`${url}/topics/quakes`, binary({ value: '' }));
  const parked = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const { fetch: read } = broker.logs;
  broker.logs.fetch = async (wanted) => {
    parked.resolve();
    const result = await read.call(broker.logs, wanted);
    ended.resolve();
    return result;
  };
  const reader = request(`${url}/topics/quakes/partitions/0/records?offset=1&timeout=3600000`);
  reader.on('error', (error) => expect(error).toMatchObject({ code: 'ECONNRESET' }));
  reader.end();
  await parked.promise;
  reader.destroy();
  await ended.promise;
});

test('a stream of records is answered while it is sent', async () => {
  const { broker, url } = await listening();
  const sent = request(`${url}/v3/clusters/${broker.clusterId}/topics/quakes/records`, {
    method: 'POST',
    headers: { 'Content-Type': JSON_TYPE, 'Transfer-Encoding': 'chunked' },
  });
  const answer = new Promise<IncomingMessage>((resolve) => sent.on('response', resolve));
  sent.write('{"value":null}');
  const message = await answer;
  const offsets: number[] = [];
  for await (const chunk of message) {
    offsets.push((JSON.parse(String(chunk)) as { offset: number }).offset);
    if (offsets.length < 3) sent.write('{"value":null}');
    else sent.end();
  }
  expect(offsets).toEqual([0, 1, 2]);
});

test('a body that breaks off stores nothing, and is no bug of ours', async () => {
  const { broker, bugs, url } = await listening();
  await broker.topics.create({ name: 'quakes' });
  for (const headers of [{ 'Content-Length': '1000' }, { 'Transfer-Encoding': 'chunked' }]) {
    const sent = request(`${url}/topics/quakes`, {
      method: 'POST',
      headers: { 'Content-Type': BINARY_V2, ...headers },
    });
    const failed = new Promise((resolve) => sent.on('error', resolve));
    sent.write('{"records":[{"value":"eA=="}');
    sent.on('socket', (socket) =>
      socket.on('connect', () => setImmediate(() => sent.destroy(new Error('gone')))),
    );
    await failed;
  }
  // A request of its own, behind those that broke off.
  expect(await answered(fetch(`${url}/topics/quakes/partitions/0/offsets`))).toMatchObject({
    body: { end_offset: 0 },
  });
  expect(bugs).toEqual([]);
});
