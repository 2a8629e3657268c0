import { describe, expect, onTestFinished, test } from 'vitest';
import { type Listening, listen, makeConsumer, produce } from './consumers.ts';

/** No heartbeat within a test: what wakes a reader is not that. */
const SELDOM = {
  'group.consumer.heartbeat.interval.ms': 60_000,
  'group.consumer.session.timeout.ms': 120_000,
};

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
