import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { type Listening, listen, makeConsumer, produce, V2_JSON } from './consumers.ts';

async function setUp(): Promise<Listening> {
  const local = await listen();
  await local.broker.topics.create({ name: 'quakes', partitionCount: 2 });
  await produce(local, 'quakes', 0, 'a', 'b', 'c');
  await produce(local, 'quakes', 1, 'd');
  return local;
}

const offsets = (
  ...all: readonly [topic: string, partition: number, offset: unknown, metadata?: string][]
) => ({
  offsets: all.map(([topic, partition, offset, metadata]) => ({ topic, partition, offset, metadata })),
});

describe('committing', () => {
  test('what the group has given to another meanwhile is refused by name, and the rest is committed', async () => {
    const local = await setUp();
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    await consumer.read();
    const { groups } = local.broker;
    const [member] = (await groups.describe('group')).members;
    await groups.heartbeat('group', {
      memberId: 'other',
      memberEpoch: 0,
      subscribedTopicNames: ['quakes'],
    });
    // As another process would that speaks for this instance: it lets go of both.
    const { memberId = '', memberEpoch = 0 } = member ?? {};
    await groups.heartbeat('group', { memberId, memberEpoch, ownedPartitions: [] });
    const answer = await consumer.ask('POST', '/offsets');
    expect(answer).toMatchObject({ status: 409, body: { error_code: 40922 } });
    const committed = await consumer.committed('quakes-0', 'quakes-1');
    expect(committed).toHaveLength(1);
    // It hears of it with the next read, and begins at what is committed.
    expect(await consumer.readNames()).toEqual([]);
    expect(await consumer.assignments()).toEqual(committed.map((name) => name.replace(/@.*/, '')));
    expect(await consumer.ask('POST', '/offsets')).toMatchObject({ status: 200 });
  });

  test('a member that was removed is told so, and begins anew with the next read', async () => {
    const local = await setUp();
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    await consumer.read();
    const { groups } = local.broker;
    const [member] = (await groups.describe('group')).members;
    await groups.heartbeat('group', { memberId: member?.memberId ?? '', memberEpoch: -1 });
    const answer = await consumer.ask('POST', '/offsets');
    expect(answer).toMatchObject({ status: 404, body: { error_code: 40405 } });
    expect(await consumer.read()).toHaveLength(4);
    expect(await consumer.ask('POST', '/offsets')).toMatchObject({ status: 200 });
  });

  test('what is of a topic that is gone is not committed, by name; all that was read is, without it', async () => {
    const local = await setUp();
    await produce(local, 'buses', 0, 'bus');
    const consumer = await makeConsumer(local, { topics: ['quakes', 'buses'] });
    await consumer.read();
    await local.broker.topics.delete('quakes');
    const toCommit = offsets(['buses', 0, 0], ['quakes', 0, 0]);
    expect(await consumer.ask('POST', '/offsets', toCommit)).toMatchObject({
      status: 404,
      body: { error_code: 40401 },
    });
    expect(await consumer.committed('buses-0')).toEqual([]);
    expect(await consumer.ask('POST', '/offsets')).toMatchObject({ status: 200 });
    expect(await consumer.committed('buses-0')).toEqual(['buses-0@1']);
    await local.broker.topics.create({ name: 'quakes', partitionCount: 2 });
    expect(await consumer.ask('POST', '/offsets', toCommit)).toMatchObject({
      status: 409,
      body: { error_code: 40903 },
    });
  });
});

/** A GET with a body, which `fetch` does not send. */
async function getWithBody(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number | undefined; readonly body: unknown }> {
  const answer = Promise.withResolvers<IncomingMessage>();
  const length = { 'Content-Length': Buffer.byteLength(body) };
  request(url, { method: 'GET', headers: { ...headers, ...length } }, answer.resolve)
    .on('error', answer.reject)
    .end(body);
  const message = await answer.promise;
  return { status: message.statusCode, body: JSON.parse(await text(message)) };
}

describe('asking what is committed', () => {
  test.each<Record<string, string>>([{ 'Content-Type': V2_JSON }, {}])(
    'with a body of a GET, as Confluent has it (%j)',
    async (headers) => {
      const local = await setUp();
      const consumer = await makeConsumer(local, { topics: ['quakes'] });
      await consumer.read();
      await consumer.ask('POST', '/offsets', offsets(['quakes', 1, 0]));
      const partitions = [0, 1].map((partition) => ({ topic: 'quakes', partition }));
      const answer = await getWithBody(`${consumer.uri}/offsets`, JSON.stringify({ partitions }), headers);
      expect(answer).toEqual({
        status: 200,
        body: { offsets: [{ topic: 'quakes', partition: 1, offset: 1, metadata: '' }] },
      });
    },
  );

  test('a body that is none is refused', async () => {
    const local = await setUp();
    const consumer = await makeConsumer(local);
    const asked = (body: string) => getWithBody(`${consumer.uri}/offsets`, body, { 'Content-Type': V2_JSON });
    expect(await asked('{')).toMatchObject({ status: 400, body: { error_code: 400 } });
    expect(await asked('{"partitions":0}')).toMatchObject({ status: 422, body: { error_code: 422 } });
  });
});
