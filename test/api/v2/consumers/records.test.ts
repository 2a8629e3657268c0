import { describe, expect, test } from 'vitest';
import { encodeRecordBatch } from '../../../../lib/kafka/encode-record-batch.ts';
import { BINARY_V2, JSON_V2, produceBatch } from '../../../support/http.ts';
import { ask, listen, listenTwice, makeConsumer, produce, readRecords, V2_JSON } from './consumers.ts';

describe('formats', () => {
  test('a record has the fields that a fetch of its partition gives it, in either format', async () => {
    const local = await listen();
    const record = {
      key: { id: 1 },
      value: { mag: 4.2 },
      timestamp: 1_700_000_000_000,
      headers: [{ name: 'feed', value: 'dXNncw==' }],
    };
    const body = { records: [record, { value: null }] };
    await ask('POST', `${local.url}/topics/quakes`, body, { 'Content-Type': JSON_V2 });
    for (const [format, type] of [
      ['json', JSON_V2],
      ['binary', BINARY_V2],
    ] as const) {
      const consumer = await makeConsumer(local, { group: format, topics: ['quakes'] }, { format });
      const read = await readRecords(consumer, type);
      expect(read.headers.get('content-type')).toBe(type);
      const path = `${local.url}/topics/quakes/partitions/0/records`;
      const { body: fetched } = await ask('GET', path, undefined, { Accept: type });
      expect(fetched).toHaveLength(2);
      expect(read.body).toEqual(fetched);
    }
  });

  test.each([
    ['json', BINARY_V2],
    ['json', V2_JSON],
    ['json', 'application/json'],
    ['binary', JSON_V2],
  ])('of an instance for %s, records as %s are 40601', async (format, type) => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a');
    const consumer = await makeConsumer(local, { topics: ['quakes'] }, { format });
    expect(await readRecords(consumer, type)).toMatchObject({
      status: 406,
      body: { error_code: 40601, message: expect.stringContaining(`its format is ${format}`) },
    });
    expect(await consumer.readNames()).toEqual(['quakes-0@0']);
  });

  test.each([
    ['json', '*/*', JSON_V2],
    ['json', `${BINARY_V2};q=0.9, ${JSON_V2};q=0.1`, JSON_V2],
    ['binary', '*/*', BINARY_V2],
    ['binary', V2_JSON, V2_JSON],
    ['binary', 'application/json', 'application/json'],
    ['binary', `${JSON_V2}, ${BINARY_V2};q=0.1`, BINARY_V2],
  ])('an instance for %s may be asked for %s', async (format, accept, type) => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a');
    const consumer = await makeConsumer(local, { topics: ['quakes'] }, { format });
    const read = await readRecords(consumer, accept);
    expect(read).toMatchObject({ status: 200, body: [{ value: format === 'json' ? 'a' : 'ImEi' }] });
    expect(read.headers.get('content-type')).toBe(type);
  });

  test('Avro is not acceptable', async () => {
    const local = await listen();
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    expect(await readRecords(consumer, 'application/vnd.kafka.avro.v2+json')).toMatchObject({ status: 406 });
  });

  test('an answer ends before a record that is no JSON; it is not passed over, and keeps no other partition waiting', async () => {
    const local = await listen();
    await local.broker.topics.create({ name: 'quakes', partitionCount: 2 });
    const values = ['1', '2', 'no JSON', '4'];
    const batch = encodeRecordBatch(
      values.map((value) => ({ timestamp: 1, key: null, value: Buffer.from(value) })),
    );
    await produceBatch(local.url, 'quakes', 0, batch);
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    expect(await consumer.readNames()).toEqual(['quakes-0@0', 'quakes-0@1']);
    const refused = {
      status: 406,
      body: { error_code: 40601, message: expect.stringContaining('offset 2') },
    };
    expect(await readRecords(consumer, JSON_V2)).toMatchObject(refused);
    await produce(local, 'quakes', 1, 'of the other');
    await produce(local, 'quakes', 1, 'another');
    expect(await consumer.readNames()).toEqual(['quakes-1@0', 'quakes-1@1']);
    for (const value of ['a', 'b']) await produce(local, 'quakes', 1, value);
    // Also where there is room for one partition only, it has its turn in time.
    const outcomes = [];
    for (let read = 0; read < 4; read += 1) {
      const { status, body } = await readRecords(consumer, JSON_V2, 'timeout=0&max_bytes=1');
      outcomes.push(status === 200 ? (body as { offset: number }[]).map(({ offset }) => offset) : status);
    }
    expect(outcomes.toSorted()).toEqual([[2], [3], 406, 406]);
    expect(await readRecords(consumer, JSON_V2)).toMatchObject(refused);
    // Whoever reads on says so.
    await consumer.tell('POST', '/positions', { offsets: [{ topic: 'quakes', partition: 0, offset: 3 }] });
    expect(await consumer.readNames()).toEqual(['quakes-0@3']);
  });
});

test('a partition whose records are damaged keeps no other one waiting; its error is heard when there is nothing else', async () => {
  const [here, there] = await listenTwice();
  await here.broker.topics.create({ name: 'quakes', partitionCount: 2 });
  await produce(here, 'quakes', 0, 'a');
  const shards = Array.from({ length: 16 }, (_, shard) => ({ pk: `N#${shard}` }));
  for (const shard of shards) {
    const [intake] = await here.stores.metadata.query({ ...shard, limit: 1, direction: 'forward' });
    if (intake === undefined) continue;
    const data = Uint8Array.from(intake.data ?? [], (byte, at) => (at === 65 ? byte ^ 0xff : byte));
    await here.stores.metadata.write([{ ...intake, kind: 'put', data, condition: 'none' }]);
  }
  await produce(here, 'quakes', 1, 'b');
  // This process has nothing of it in memory.
  const consumer = await makeConsumer(there, { topics: ['quakes'] }, { 'fetch.min.bytes': 1_000 });
  let looks = 0;
  const { offsets } = there.broker.logs;
  there.broker.logs.offsets = (partition) => {
    looks += 1;
    return offsets(partition);
  };
  expect(await consumer.readNames('timeout=28000')).toEqual(['quakes-1@0']);
  expect(looks).toBe(2); // one for each partition
  expect(await readRecords(consumer, JSON_V2)).toMatchObject({ status: 500, body: { error_code: 50002 } });
});

describe('how much is read', () => {
  test('max_bytes ends an answer behind a batch, one batch always comes, and the next read goes on behind it', async () => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a', 'b');
    await produce(local, 'quakes', 0, 'c');
    await produce(local, 'quakes', 0, 'd');
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    expect(await consumer.readNames('max_bytes=1')).toEqual(['quakes-0@0', 'quakes-0@1']);
    expect(await consumer.readNames('max_bytes=160')).toEqual(['quakes-0@2', 'quakes-0@3']);
    expect(await consumer.readNames()).toEqual([]);
  });

  test('partitions have their turn, whatever lies in the others', async () => {
    const local = await listen();
    await local.broker.topics.create({ name: 'quakes', partitionCount: 3 });
    for (const partition of [0, 1, 2]) {
      for (const value of ['a', 'b', 'c']) await produce(local, 'quakes', partition, value);
    }
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    const reads: string[] = [];
    for (let read = 0; read < 9; read += 1) reads.push(...(await consumer.readNames('max_bytes=1')));
    expect(reads.slice(0, 3).toSorted()).toEqual(['quakes-0@0', 'quakes-1@0', 'quakes-2@0']);
    expect(reads.slice(6).toSorted()).toEqual(['quakes-0@2', 'quakes-1@2', 'quakes-2@2']);
  });

  test.each(['timeout=a', 'max_bytes=1.5', 'timeout=1&timeout=2', 'min_bytes=1'])(
    '%s is refused',
    async (query) => {
      const local = await listen();
      const consumer = await makeConsumer(local, { topics: ['quakes'] });
      expect(await readRecords(consumer, JSON_V2, query)).toMatchObject({
        status: 400,
        body: { error_code: 40002 },
      });
    },
  );

  test('what is above a limit, and what means nothing to Confluent, is brought within it', async () => {
    const local = await listen({ config: { 'fetch.wait.limit.ms': 1 } });
    await produce(local, 'quakes', 0, 'a');
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    expect(await consumer.readNames('max_bytes=999999999999&timeout=999999999')).toEqual(['quakes-0@0']);
    expect(await consumer.readNames('max_bytes=-1&timeout=-1')).toEqual([]);
    expect(await consumer.readNames('max_bytes=0&timeout=999999999')).toEqual([]);
  });
});

test('who is subscribed to nothing and has nothing assigned reads nothing: 40903', async () => {
  const local = await listen();
  const consumer = await makeConsumer(local);
  expect(await readRecords(consumer, JSON_V2)).toMatchObject({
    status: 409,
    body: { error_code: 40903, message: expect.stringMatching(/^Illegal state: Consumer is not subscribed/) },
  });
});
