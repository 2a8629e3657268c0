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
  test.each([undefined, null, {}, { offsets: null }, { offsets: [] }])(
    'with %j it is all that was read, and not what was not',
    async (body) => {
      const local = await setUp();
      const consumer = await makeConsumer(local, { topics: ['quakes'] });
      await consumer.read();
      await produce(local, 'quakes', 0, 'not read');
      expect(await consumer.ask('POST', '/offsets', body)).toMatchObject({ status: 200, body: [] });
      expect(await consumer.committed('quakes-0', 'quakes-1')).toEqual(['quakes-0@3', 'quakes-1@1']);
    },
  );

  test('an offset that is named is that of the last record that was read, as with Confluent', async () => {
    const local = await setUp();
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    await consumer.read();
    const toCommit = offsets(['quakes', 0, 1, 'halfway'], ['quakes', 1, '-1']);
    expect(await consumer.ask('POST', '/offsets', toCommit)).toMatchObject({ status: 200, body: [] });
    expect((await consumer.ask('GET', '/offsets?partitions=quakes:0,quakes:1')).body).toEqual({
      offsets: [
        { topic: 'quakes', partition: 0, offset: 2, metadata: 'halfway' },
        { topic: 'quakes', partition: 1, offset: 0, metadata: '' },
      ],
    });
    expect(await consumer.readNames()).toEqual([]); // it moves no position
  });

  test('who comes after a restart goes on behind what was committed', async () => {
    const local = await setUp();
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    await consumer.read();
    await consumer.ask('POST', '/offsets', offsets(['quakes', 0, 0]));
    await consumer.tell('DELETE', '');
    const next = await makeConsumer(local, { topics: ['quakes'] });
    expect(await next.readNames()).toEqual(['quakes-0@1', 'quakes-0@2', 'quakes-1@0']);
  });

  test('an instance with an assignment of its own commits for the group too, as long as nobody is a member', async () => {
    const local = await setUp();
    const partitions = [{ topic: 'quakes', partition: 0 }];
    const consumer = await makeConsumer(local, { partitions });
    await consumer.read();
    expect(await consumer.ask('POST', '/offsets')).toMatchObject({ status: 200 });
    expect(await consumer.committed('quakes-0')).toEqual(['quakes-0@3']);
    const member = await makeConsumer(local, { topics: ['quakes'] });
    expect(await member.readNames()).toEqual(['quakes-1@0']);
    await consumer.tell('POST', '/positions/beginning', { partitions });
    await consumer.read();
    expect(await consumer.ask('POST', '/offsets', offsets(['quakes', 0, 0]))).toMatchObject({
      status: 404,
      body: { error_code: 40405, message: expect.stringContaining('has members') },
    });
    expect(await consumer.committed('quakes-0')).toEqual(['quakes-0@3']);
  });

  test('partitions that are not its own are 40903, and nothing is committed', async () => {
    const local = await setUp();
    const partitions = [{ topic: 'quakes', partition: 0 }];
    for (const consumer of [
      await makeConsumer(local, { group: 'assigned', partitions }),
      await makeConsumer(local, { group: 'subscribed', topics: ['quakes'] }),
    ]) {
      const answer = await consumer.ask('POST', '/offsets', offsets(['quakes', 0, 0], ['quakes', 1, 0]));
      expect(answer).toMatchObject({
        status: 409,
        body: {
          error_code: 40903,
          message: expect.stringMatching(/^Illegal state: No current assignment for partition quakes-[01]/),
        },
      });
      expect(await consumer.committed('quakes-0', 'quakes-1')).toEqual([]);
    }
  });

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

  test.each<[unknown, number, number]>([
    [offsets(['none', 0, 0]), 404, 40401],
    [offsets(['quakes', 2, 0]), 404, 40402],
    [offsets(['quakes', 0, 0], ['quakes', 0, 1]), 400, 40002],
    [offsets(['quakes', 0, 0, 'x'.repeat(4_097)]), 413, 41308],
    [offsets(['quakes', 0, -2]), 422, 422],
    [offsets(['quakes', 0, 1.5]), 422, 422],
    [offsets(['quakes', 0, Number.MAX_SAFE_INTEGER]), 422, 422],
    [{ offsets: [{ topic: 'quakes', partition: 0 }] }, 422, 422],
    [{ partitions: [] }, 422, 422],
  ])('%j is refused', async (body, status, errorCode) => {
    const local = await setUp();
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    await consumer.read();
    const answer = await consumer.ask('POST', '/offsets', body);
    expect(answer).toMatchObject({ status, body: { error_code: errorCode } });
    expect(await consumer.committed('quakes-0', 'quakes-1')).toEqual([]);
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

  test('it is what the group has committed, whoever did', async () => {
    const local = await setUp();
    await local.broker.groups.commitOffsets('group', undefined, [
      { topic: 'quakes', partition: 0, offset: 2 },
    ]);
    const consumer = await makeConsumer(local);
    expect(await consumer.committed('quakes-0', 'quakes-1')).toEqual(['quakes-0@2']);
  });

  test.each([
    ['?partitions=none:0', 404, 40401],
    ['?partitions=quakes:2', 404, 40402],
    ['?partitions=quakes:0,quakes:9', 404, 40402],
    ['', 404, 40402],
    ['?partitions=quakes', 400, 40002],
    ['?partitions=quakes:x', 400, 40002],
    ['?partitions=quakes:0,', 400, 40002],
    ['?topic=quakes', 400, 40002],
  ])('%s is refused', async (query, status, errorCode) => {
    const local = await setUp();
    const consumer = await makeConsumer(local);
    const answer = await consumer.ask('GET', `/offsets${query}`);
    expect(answer).toMatchObject({ status, body: { error_code: errorCode } });
  });

  test('a body that is none is refused', async () => {
    const local = await setUp();
    const consumer = await makeConsumer(local);
    const asked = (body: string) => getWithBody(`${consumer.uri}/offsets`, body, { 'Content-Type': V2_JSON });
    expect(await asked('{')).toMatchObject({ status: 400, body: { error_code: 400 } });
    expect(await asked('{"partitions":0}')).toMatchObject({ status: 422, body: { error_code: 422 } });
  });
});
