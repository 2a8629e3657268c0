import { describe, expect, test } from 'vitest';
import { encodeRecordBatch } from '../../../../lib/kafka/encode-record-batch.ts';
import { JSON_V2, produceBatch } from '../../../support/http.ts';
import { listen, listenTwice, makeConsumer, produce, readRecords } from './consumers.ts';

describe('formats', () => {
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
  test('what is above a limit, and what means nothing to Confluent, is brought within it', async () => {
    const local = await listen({ config: { 'fetch.wait.limit.ms': 1 } });
    await produce(local, 'quakes', 0, 'a');
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    expect(await consumer.readNames('max_bytes=999999999999&timeout=999999999')).toEqual(['quakes-0@0']);
    expect(await consumer.readNames('max_bytes=-1&timeout=-1')).toEqual([]);
    expect(await consumer.readNames('max_bytes=0&timeout=999999999')).toEqual([]);
  });
});
