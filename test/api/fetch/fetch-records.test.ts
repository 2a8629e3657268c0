import { expect, test } from 'vitest';
import { BINARY_V2, JSON_TYPE, JSON_V2, RECORD_BATCH } from '../../../lib/api/http/media-types.ts';
import { encodeRecordBatch } from '../../../lib/kafka/encode-record-batch.ts';
import { splitBatches } from '../../../lib/kafka/record-batch.ts';
import { type TestBroker, testBroker } from '../../support/broker.ts';
import { accept, answered, base64, batches, binary, json } from '../../support/requests.ts';

const PATH = '/topics/quakes/partitions/0/records';

async function offsetsOf({ send }: TestBroker, query: string): Promise<number[]> {
  const answer = await send(`${PATH}?timeout=0&${query}`);
  return ((await answer.json()) as { offset: number }[]).map(({ offset }) => offset);
}

/** Ten records in three batches, a second apart. */
async function withTenRecords(): Promise<TestBroker> {
  const broker = await testBroker();
  const record = (index: number) => ({
    timestamp: 1_000 * index,
    key: null,
    value: Buffer.from(String(index)),
  });
  for (const [from, to] of [
    [0, 4],
    [4, 8],
    [8, 10],
  ] as const) {
    const records = Array.from({ length: to - from }, (_, at) => record(from + at));
    await broker.send('/topics/quakes/partitions/0', batches(encodeRecordBatch(records)));
  }
  return broker;
}

test('records are read from an offset on, from the earliest without one', async () => {
  const broker = await withTenRecords();
  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  expect(await offsetsOf(broker, '')).toEqual(all);
  expect(await offsetsOf(broker, 'offset=earliest')).toEqual(all);
  expect(await offsetsOf(broker, 'offset=6')).toEqual([6, 7, 8, 9]);
  expect(await offsetsOf(broker, 'offset=latest')).toEqual([]);
  expect(await offsetsOf(broker, 'offset=10')).toEqual([]);
});

test('a timestamp begins with the first record at or after it; behind the last, with what comes', async () => {
  const broker = await withTenRecords();
  expect(await offsetsOf(broker, 'timestamp=5000')).toEqual([5, 6, 7, 8, 9]);
  expect(await offsetsOf(broker, 'timestamp=5001')).toEqual([6, 7, 8, 9]);
  expect(await offsetsOf(broker, 'timestamp=1970-01-01T00:00:08Z')).toEqual([8, 9]);
  expect(await offsetsOf(broker, 'timestamp=9001')).toEqual([]);
});

test('max_bytes ends an answer behind a batch, and one batch always comes', async () => {
  const broker = await withTenRecords();
  expect(await offsetsOf(broker, 'max_bytes=1')).toEqual([0, 1, 2, 3]);
  expect(await offsetsOf(broker, 'max_bytes=1&offset=5')).toEqual([5, 6, 7]);
});

test('the answer tells the high watermark and the log start offset', async () => {
  const { send } = await withTenRecords();
  const { headers } = await send(`${PATH}?offset=latest&timeout=0`);
  expect(headers.get('Kafka-High-Watermark')).toBe('10');
  expect(headers.get('Kafka-Log-Start-Offset')).toBe('0');
});

test('an offset beyond the high watermark is 41601, with the range that there is', async () => {
  const { send } = await withTenRecords();
  const answer = await send(`${PATH}?offset=11`);
  expect(answer.status).toBe(416);
  expect(answer.headers.get('Kafka-High-Watermark')).toBe('10');
  expect(await answer.json()).toMatchObject({ error_code: 41601, message: expect.stringContaining('11') });
});

test('record batches come whole: the first may begin below the offset', async () => {
  const { send } = await withTenRecords();
  const answer = await send(`${PATH}?offset=5`, accept(RECORD_BATCH));
  const read = splitBatches(Buffer.from(await answer.arrayBuffer()));
  expect(read.map(({ header }) => header.baseOffset)).toEqual([4, 8]);
  expect(
    (await (await send(`${PATH}?offset=10&timeout=0`, accept(RECORD_BATCH))).arrayBuffer()).byteLength,
  ).toBe(0);
});

test.each([
  ['no Accept', {}, BINARY_V2],
  ['*/*', accept('*/*'), BINARY_V2],
  ['JSON', accept(JSON_V2), JSON_V2],
  ['plain JSON', accept(JSON_TYPE), JSON_TYPE],
  ['weights', accept(`${BINARY_V2};q=0.1, ${JSON_V2};q=0.9, text/html`), JSON_V2],
])('%s is answered with its format', async (_, init, contentType) => {
  const { send } = await testBroker();
  await send('/topics/quakes', json('{"value":{"a":1}}'));
  const answer = await send(PATH, init);
  expect(answer.headers.get('content-type')).toBe(contentType);
  const [record] = (await answer.json()) as { value: unknown }[];
  expect(record?.value).toEqual(contentType === JSON_V2 ? { a: 1 } : base64('{"a":1}'));
});

test.each(['text', '{"a":', '', '1 2', '"\n"'])('%j cannot be read as JSON: 40601', async (value) => {
  const { send } = await testBroker();
  await send('/topics/quakes', binary({ value: base64('{}') }, { value: base64(value) }));
  expect(await answered(send(`${PATH}?offset=1`, accept(JSON_V2)))).toEqual({
    status: 406,
    body: { error_code: 40601, message: expect.stringContaining('The value at offset 1 is not JSON') },
  });
  expect((await send(`${PATH}?offset=1`)).status).toBe(200);
  // What stands before it can be read all the same.
  expect(await (await send(PATH, accept(JSON_V2))).json()).toMatchObject([{ offset: 0, value: {} }]);
});

test('bytes that are no UTF-8 cannot be read as JSON either', async () => {
  const { send } = await testBroker();
  await send('/topics/quakes', binary({ key: Buffer.from([0x22, 0xff, 0x22]).toString('base64') }));
  expect(await answered(send(PATH, accept(JSON_V2)))).toMatchObject({
    status: 406,
    body: { error_code: 40601 },
  });
});

test.each([
  ['offset=-1', 'offset'],
  ['offset=1.5', 'offset'],
  ['offset=first', 'offset'],
  ['offset=9007199254740993', 'offset'],
  ['offset=', 'offset'],
  ['offset=1&offset=2', 'twice'],
  ['offset=1&timestamp=2', 'exclude'],
  ['timestamp=yesterday', 'timestamp'],
  ['timeout=-1', 'timeout'],
  ['max_bytes=x', 'max_bytes'],
  ['group=g', 'group'],
])('%s is refused as 40002', async (query, part) => {
  const { send } = await withTenRecords();
  expect(await answered(send(`${PATH}?${query}`))).toEqual({
    status: 400,
    body: { error_code: 40002, message: expect.stringContaining(part) },
  });
});

test('a parked fetch is answered as the record commits', async () => {
  const { send } = await testBroker({ 'fetch.max.wait.ms': 20_000 });
  await send('/topics/quakes', binary({ value: base64('first') }));
  const parked = send(`${PATH}?offset=1`);
  await send('/topics/quakes', binary({ value: base64('second') }));
  expect(await (await parked).json()).toMatchObject([{ offset: 1, value: base64('second') }]);
});

test('a fetch waits for min_bytes', async () => {
  const { send } = await testBroker({ 'fetch.max.wait.ms': 20_000 });
  await send('/topics/quakes', binary({ value: base64('first') }));
  const parked = send(`${PATH}?offset=0&min_bytes=120`);
  await send('/topics/quakes', binary({ value: base64('second') }));
  expect(await (await parked).json()).toHaveLength(2);
});

test('a client that goes away ends its wait', async () => {
  const { send } = await testBroker({ 'fetch.wait.limit.ms': 3_600_000 });
  await send('/topics/quakes', binary({ value: '' }));
  const client = new AbortController();
  const parked = send(`${PATH}?offset=1&timeout=3600000`, { signal: client.signal });
  client.abort();
  expect(await (await parked).json()).toEqual([]);
});

test('batches that grow a lot do not make an answer grow without end', async () => {
  const { send } = await testBroker();
  const values = Array.from({ length: 10 }, () => ({ timestamp: 1, key: null, value: Buffer.alloc(10_000) }));
  const small = Array.from({ length: 20 }, () => encodeRecordBatch(values, { compression: 'zstd' }));
  await send('/topics/quakes/partitions/0', batches(...small));
  const answer = await send(`${PATH}?max_bytes=100000`);
  expect(((await answer.json()) as unknown[]).length).toBe(20);
  const next = await send(`${PATH}?max_bytes=100000&offset=195`);
  expect(((await next.json()) as unknown[]).length).toBe(5);
});

test('a topic that another process deleted is 40401', async () => {
  const { broker, send } = await testBroker();
  const topic = await broker.topics.create({ name: 'quakes' });
  await broker.topics.delete('quakes');
  const invalidated: string[] = [];
  // This one still believes that it is there.
  broker.topics.get = async () => topic;
  broker.topics.invalidate = (name) => invalidated.push(name);
  for (const path of [PATH, `${PATH}?offset=0`, '/topics/quakes/partitions/0/offsets']) {
    expect(await answered(send(path))).toMatchObject({ status: 404, body: { error_code: 40401 } });
  }
  expect(invalidated).toEqual(['quakes', 'quakes', 'quakes']);
});
