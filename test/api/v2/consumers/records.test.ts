import { describe, expect, onTestFinished, test } from 'vitest';
import { encodeRecordBatch } from '../../../../lib/kafka/encode-record-batch.ts';
import { asOffset } from '../../../../lib/kafka/types.ts';
import { BINARY_V2, JSON_V2, produceBatch } from '../../../support/http.ts';
import { ask, type Listening, listen, listenTwice, makeConsumer, produce, V2_JSON } from './consumers.ts';

/** No heartbeat within a test: what wakes a reader is not that. */
const SELDOM = {
  'group.consumer.heartbeat.interval.ms': 60_000,
  'group.consumer.session.timeout.ms': 120_000,
};

const records = (consumer: { uri: string }, accept: string, query = 'timeout=0') =>
  ask('GET', `${consumer.uri}/records?${query}`, undefined, { Accept: accept });

/** Resolves when a read waits at the log for something to come. */
function whenParked({ broker }: Listening): Promise<void> {
  const parked = Promise.withResolvers<void>();
  const { fetch: read } = broker.logs;
  broker.logs.fetch = (request) => {
    if (request.maxWaitMs > 0) parked.resolve();
    return read.call(broker.logs, request);
  };
  return parked.promise;
}

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
      const read = await records(consumer, type);
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
    expect(await records(consumer, type)).toMatchObject({
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
    const read = await records(consumer, accept);
    expect(read).toMatchObject({ status: 200, body: [{ value: format === 'json' ? 'a' : 'ImEi' }] });
    expect(read.headers.get('content-type')).toBe(type);
  });

  test('Avro is not acceptable', async () => {
    const local = await listen();
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    expect(await records(consumer, 'application/vnd.kafka.avro.v2+json')).toMatchObject({ status: 406 });
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
    expect(await records(consumer, JSON_V2)).toMatchObject(refused);
    await produce(local, 'quakes', 1, 'of the other');
    await produce(local, 'quakes', 1, 'another');
    expect(await consumer.readNames()).toEqual(['quakes-1@0', 'quakes-1@1']);
    for (const value of ['a', 'b']) await produce(local, 'quakes', 1, value);
    // Also where there is room for one partition only, it has its turn in time.
    const outcomes = [];
    for (let read = 0; read < 4; read += 1) {
      const { status, body } = await records(consumer, JSON_V2, 'timeout=0&max_bytes=1');
      outcomes.push(status === 200 ? (body as { offset: number }[]).map(({ offset }) => offset) : status);
    }
    expect(outcomes.toSorted()).toEqual([[2], [3], 406, 406]);
    expect(await records(consumer, JSON_V2)).toMatchObject(refused);
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
  expect(await records(consumer, JSON_V2)).toMatchObject({ status: 500, body: { error_code: 50002 } });
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
      expect(await records(consumer, JSON_V2, query)).toMatchObject({
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

describe('waiting', () => {
  test('a read waits, and is woken by a record in any of its partitions', async () => {
    // So long that no look for the group's sake finds the record.
    const local = await listen({ config: SELDOM });
    await local.broker.topics.create({ name: 'quakes', partitionCount: 50 });
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    const parked = whenParked(local);
    const startMs = performance.now();
    const read = consumer.readNames('timeout=28000');
    await parked;
    await produce(local, 'quakes', 37, 'a');
    expect(await read).toEqual(['quakes-37@0']);
    expect(performance.now() - startMs).toBeLessThan(14_000);
  });

  test('it waits as long as the instance says, where the request does not', async () => {
    const local = await listen();
    await local.broker.topics.create({ name: 'quakes' });
    const consumer = await makeConsumer(
      local,
      { topics: ['quakes'] },
      { 'consumer.request.timeout.ms': 28_000 },
    );
    const parked = whenParked(local);
    const read = consumer.readNames('');
    await parked;
    await produce(local, 'quakes', 0, 'a');
    expect(await read).toEqual(['quakes-0@0']);
  });

  test('until there is fetch.min.bytes of all partitions together', async () => {
    const local = await listen();
    await local.broker.topics.create({ name: 'quakes', partitionCount: 2 });
    await produce(local, 'quakes', 0, 'a');
    const config = { 'fetch.min.bytes': 150 }; // two batches of some 75 bytes are less, three are more
    const consumer = await makeConsumer(local, { topics: ['quakes'] }, config);
    expect(await consumer.readNames('timeout=1')).toEqual(['quakes-0@0']); // the time was over
    const parked = whenParked(local);
    const read = consumer.readNames('timeout=28000');
    await parked;
    for (const partition of [1, 0, 1]) await produce(local, 'quakes', partition, 'b');
    expect((await read).toSorted()).toEqual(['quakes-0@1', 'quakes-1@0', 'quakes-1@1']);
  });

  test('with -1 until the answer is full, as with Confluent', async () => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a');
    const consumer = await makeConsumer(local, { topics: ['quakes'] }, { 'fetch.min.bytes': -1 });
    const parked = whenParked(local);
    const read = consumer.readNames('timeout=28000&max_bytes=100');
    await parked;
    await produce(local, 'quakes', 0, 'b');
    expect(await read).toEqual(['quakes-0@0']); // the second one has no room any more
    expect(await consumer.readNames()).toEqual(['quakes-0@1']);
  });

  test('but not when there is more than one partition may give', async () => {
    const local = await listen({ config: { 'max.partition.fetch.bytes': 100 } });
    for (const value of ['a', 'b', 'c']) await produce(local, 'quakes', 0, value);
    const consumer = await makeConsumer(local, { topics: ['quakes'] }, { 'fetch.min.bytes': -1 });
    let looks = 0;
    const { offsets } = local.broker.logs;
    local.broker.logs.offsets = (partition) => {
      looks += 1;
      return offsets(partition);
    };
    expect(await consumer.readNames('timeout=28000&max_bytes=10000')).toEqual(['quakes-0@0']);
    expect(looks).toBe(1);
  });

  test('nor again and again when nobody may wait at the log any more', async () => {
    const local = await listen();
    await local.broker.topics.create({ name: 'quakes' });
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    local.broker.logs.endWaits();
    let looks = 0;
    const { offsets } = local.broker.logs;
    local.broker.logs.offsets = (partition) => {
      looks += 1;
      return offsets(partition);
    };
    expect(await consumer.readNames('timeout=28000')).toEqual([]);
    expect(looks).toBe(1);
  });

  test('of more partitions than can be waited for, each is looked at in time', async () => {
    const local = await listen({ config: SELDOM });
    const warnings: Error[] = [];
    const warn = (warning: Error) => void warnings.push(warning);
    process.on('warning', warn);
    onTestFinished(() => void process.off('warning', warn));
    await local.broker.topics.create({ name: 'quakes', partitionCount: 300 });
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    const parked = whenParked(local);
    const read = consumer.readNames('timeout=28000');
    await parked;
    await produce(local, 'quakes', 299, 'a');
    expect(await read).toEqual(['quakes-299@0']);
    expect(warnings).toEqual([]);
  });

  test('a reader that hangs up has read nothing', async () => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a');
    const consumer = await makeConsumer(local, { topics: ['quakes'] }, { 'fetch.min.bytes': 1_000 });
    const ended = Promise.withResolvers<void>();
    const { read } = local.broker.consumers;
    local.broker.consumers.read = (...given) => read(...given).finally(ended.resolve);
    const parked = whenParked(local);
    const hangUp = new AbortController();
    const hungUp = fetch(`${consumer.uri}/records?timeout=28000`, { signal: hangUp.signal });
    const refused = expect(hungUp).rejects.toThrow();
    await parked;
    hangUp.abort();
    await refused;
    await ended.promise;
    expect(await consumer.readNames()).toEqual(['quakes-0@0']);
  });

  test('a broker that shuts down answers those that wait', async () => {
    const local = await listen();
    await local.broker.topics.create({ name: 'quakes' });
    const waiting = await makeConsumer(local, { topics: ['quakes'] });
    const parked = whenParked(local);
    const read = waiting.readNames('timeout=28000');
    await parked;
    local.broker.consumers.endWaits();
    expect(await read).toEqual([]);
    const idle = await makeConsumer(local, { topics: ['none'] });
    expect(await idle.readNames('timeout=28000')).toEqual([]);
  });
});

describe('where it begins', () => {
  test.each([
    ['earliest', ['quakes-0@0', 'quakes-0@1']],
    ['latest', ['quakes-0@1']],
  ])('auto.offset.reset %s', async (reset, expected) => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'before');
    const consumer = await makeConsumer(local, { topics: ['quakes'] }, { 'auto.offset.reset': reset });
    const first = await consumer.readNames();
    await produce(local, 'quakes', 0, 'after');
    expect([...first, ...(await consumer.readNames())]).toEqual(expected);
  });

  test('latest, when the config does not say', async () => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'before');
    const { body } = await ask('POST', `${local.url}/consumers/group`, {});
    const { base_uri } = body as { base_uri: string };
    await ask('POST', `${base_uri}/subscription`, { topics: ['quakes'] });
    expect(await ask('GET', `${base_uri}/records?timeout=0`)).toMatchObject({ status: 200, body: [] });
    await produce(local, 'quakes', 0, 'after');
    expect(await ask('GET', `${base_uri}/records`)).toMatchObject({ body: [{ offset: 1 }] });
  });

  test('none is an error by name, until somebody seeks or commits', async () => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a', 'b');
    const config = { 'auto.offset.reset': 'none' };
    const consumer = await makeConsumer(local, { topics: ['quakes'] }, config);
    const nothing = {
      status: 416,
      body: {
        error_code: 41601,
        message: expect.stringContaining('quakes-0, and auto.offset.reset is none'),
      },
    };
    expect(await records(consumer, JSON_V2)).toMatchObject(nothing);
    expect(await consumer.assignments()).toEqual(['quakes-0']);
    await consumer.tell('POST', '/positions', { offsets: [{ topic: 'quakes', partition: 0, offset: 1 }] });
    expect(await consumer.readNames()).toEqual(['quakes-0@1']);
    await consumer.ask('POST', '/offsets', { offsets: [{ topic: 'quakes', partition: 0, offset: 0 }] });
    const another = await makeConsumer(local, { partitions: [{ topic: 'quakes', partition: 0 }] }, config);
    expect(await another.readNames()).toEqual(['quakes-0@1']);
  });

  test.each([
    ['earliest', ['quakes-0@2']],
    ['latest', []],
  ])('what retention took is passed over, to the %s', async (reset, expected) => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a', 'b', 'c');
    const consumer = await makeConsumer(local, { topics: ['quakes'] }, { 'auto.offset.reset': reset });
    await consumer.read();
    await consumer.tell('POST', '/positions/beginning', { partitions: [] });
    const { id: topicId } = await local.broker.topics.get('quakes');
    await local.stores.metadata.advance({ topicId, partition: 0 }, asOffset(2));
    expect(await consumer.readNames()).toEqual(expected);
  });

  test('retention under auto.offset.reset none is an error by name', async () => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a', 'b', 'c');
    const partitions = [{ topic: 'quakes', partition: 0 }];
    const consumer = await makeConsumer(local, { partitions }, { 'auto.offset.reset': 'none' });
    await consumer.tell('POST', '/positions/beginning', { partitions });
    expect(await consumer.readNames()).toEqual(['quakes-0@0', 'quakes-0@1', 'quakes-0@2']);
    await consumer.tell('POST', '/positions/beginning', { partitions });
    const { id: topicId } = await local.broker.topics.get('quakes');
    await local.stores.metadata.advance({ topicId, partition: 0 }, asOffset(2));
    expect(await records(consumer, JSON_V2)).toMatchObject({
      status: 416,
      body: { error_code: 41601, message: expect.stringContaining('Offset 0 of quakes-0 is out of range') },
    });
  });

  test('a position behind the end of the log follows auto.offset.reset, too', async () => {
    const local = await listen();
    await produce(local, 'quakes', 0, 'a');
    const consumer = await makeConsumer(local, { topics: ['quakes'] });
    await consumer.read();
    await consumer.tell('POST', '/positions', { offsets: [{ topic: 'quakes', partition: 0, offset: 99 }] });
    expect(await consumer.readNames()).toEqual(['quakes-0@0']);
  });
});

test('who is subscribed to nothing and has nothing assigned reads nothing: 40903', async () => {
  const local = await listen();
  const consumer = await makeConsumer(local);
  expect(await records(consumer, JSON_V2)).toMatchObject({
    status: 409,
    body: { error_code: 40903, message: expect.stringMatching(/^Illegal state: Consumer is not subscribed/) },
  });
});
