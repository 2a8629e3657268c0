import { expect, test } from 'vitest';
import { JSON_TYPE } from '../../../lib/api/http/media-types.ts';
import { type TestBroker, testBroker } from '../../support/broker.ts';
import { answered, v3 } from '../../support/requests.ts';

const recordsPath = ({ broker }: TestBroker): string =>
  `/v3/clusters/${broker.clusterId}/topics/quakes/records`;
const entriesOf = (text: string): unknown[] =>
  text
    .trim()
    .split('\r\n')
    .map((line) => JSON.parse(line));

async function produce(all: TestBroker, body: string): Promise<unknown[]> {
  const answer = await all.send(recordsPath(all), v3(body));
  expect(answer.status).toBe(200);
  return entriesOf(await answer.text());
}

test('a value larger than a record may have is refused alone', async () => {
  const all = await testBroker({ 'record.value.max.bytes': 20 });
  const value = (text: string): string => `{"value":{"type":"STRING","data":"${text}"}}`;
  const entries = await produce(all, value('first') + value('x'.repeat(21)) + value('last'));
  expect(entries.map((entry) => (entry as { error_code: number }).error_code)).toEqual([200, 41307, 200]);
});

test('an object larger than a request may be ends the stream', async () => {
  const large = `{"value":{"type":"STRING","data":"${'x'.repeat(100)}"}}`;
  const all = await testBroker({ 'socket.request.max.bytes': large.length });
  // The stream as a whole may be longer than that.
  expect(await produce(all, large + large)).toMatchObject([{ error_code: 200 }, { error_code: 200 }]);
  expect(await produce(all, `${large}${large.replace('x', 'xx')}`)).toMatchObject([
    { error_code: 200 },
    { error_code: 413 },
  ]);
});

test('a record is answered before the next one is sent', async () => {
  const all = await testBroker();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const answer = await all.send(recordsPath(all), {
    method: 'POST',
    headers: { 'Content-Type': JSON_TYPE },
    body: readable,
    duplex: 'half',
  } as RequestInit);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  for (let offset = 0; offset < 3; offset++) {
    await writer.write(Buffer.from('{"value":null}'));
    const { value } = await reader.read();
    expect(entriesOf(Buffer.from(value ?? []).toString())).toMatchObject([{ error_code: 200, offset }]);
  }
  await writer.close();
  expect((await reader.read()).done).toBe(true);
});

test('a client that does not listen any more loses its answers, not its records', async () => {
  const all = await testBroker();
  const answer = await all.send(recordsPath(all), v3('{"value":null}{"value":null}'));
  await answer.body?.cancel();
  const read = await all.send('/topics/quakes/partitions/0/records?min_bytes=130&timeout=20000');
  expect(await read.json()).toHaveLength(2);
  expect(all.bugs).toEqual([]);
});

test('an unknown topic that may not be made is 40403, before any record is read', async () => {
  const all = await testBroker({ 'auto.create.topics.enable': false });
  expect(await answered(all.send(recordsPath(all), v3('{"value":null}')))).toMatchObject({
    status: 404,
    body: { error_code: 40403 },
  });
});
