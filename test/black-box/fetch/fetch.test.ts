import { beforeAll, expect, test } from 'vitest';
import { BINARY_V2, JSON_TYPE, JSON_V2, RECORD_BATCH } from '../../../lib/api/http/media-types.ts';
import { encodeRecordBatch } from '../../../lib/kafka/encode-record-batch.ts';
import { splitBatches } from '../../../lib/kafka/record-batch.ts';
import { accept, answered, base64, batches, binary, json } from '../../support/requests.ts';
import { send } from '../support/client.ts';
import { fetchRecords, partitionPath } from '../support/records.ts';
import { freshTopic } from '../support/topics.ts';

let ten: string;

/** Ten records in three batches, a second apart; nobody adds any. */
beforeAll(async () => {
  ten = await freshTopic('ten');
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
    expect((await send(partitionPath(ten), batches(encodeRecordBatch(records)))).status).toBe(200);
  }
});

async function offsetsOf(query: string): Promise<number[]> {
  const answer = await fetchRecords(ten, { query });
  return ((await answer.json()) as { offset: number }[]).map(({ offset }) => offset);
}

test.each([
  ['', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ['offset=earliest', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ['offset=6', [6, 7, 8, 9]],
  ['offset=latest', []],
  ['offset=10', []],
  ['timestamp=5000', [5, 6, 7, 8, 9]],
  ['timestamp=5001', [6, 7, 8, 9]],
  ['timestamp=1970-01-01T00:00:08Z', [8, 9]],
  ['timestamp=9001', []],
  // An answer ends behind a batch, and one batch always comes.
  ['max_bytes=1', [0, 1, 2, 3]],
  ['max_bytes=1&offset=5', [5, 6, 7]],
])('a fetch with %j gets these records', async (query, offsets) => {
  expect(await offsetsOf(query)).toEqual(offsets);
});

test('the answer tells the high watermark and the log start offset', async () => {
  const { headers } = await fetchRecords(ten, { query: 'offset=latest' });
  expect(headers.get('Kafka-High-Watermark')).toBe('10');
  expect(headers.get('Kafka-Log-Start-Offset')).toBe('0');
});

test('an offset beyond the high watermark is 41601, with the range that there is', async () => {
  const answer = await fetchRecords(ten, { query: 'offset=11' });
  expect(answer.status).toBe(416);
  expect(answer.headers.get('Kafka-High-Watermark')).toBe('10');
  expect(await answer.json()).toMatchObject({ error_code: 41601, message: expect.stringContaining('11') });
});

test('record batches come whole: the first may begin below the offset', async () => {
  const answer = await fetchRecords(ten, { query: 'offset=5', as: RECORD_BATCH });
  const read = splitBatches(Buffer.from(await answer.arrayBuffer()));
  expect(read.map(({ header }) => header.baseOffset)).toEqual([4, 8]);
  const behind = await fetchRecords(ten, { query: 'offset=10', as: RECORD_BATCH });
  expect((await behind.arrayBuffer()).byteLength).toBe(0);
});

test.each([
  ['no Accept', {}, BINARY_V2],
  ['*/*', accept('*/*'), BINARY_V2],
  ['JSON', accept(JSON_V2), JSON_V2],
  ['plain JSON', accept(JSON_TYPE), JSON_TYPE],
  ['weights', accept(`${BINARY_V2};q=0.1, ${JSON_V2};q=0.9, text/html`), JSON_V2],
])('%s is answered with its format', async (_, init, contentType) => {
  const topic = await freshTopic();
  await send(`/topics/${topic}`, json('{"value":{"a":1}}'));
  const answer = await send(`${partitionPath(topic)}/records`, init);
  expect(answer.headers.get('content-type')).toBe(contentType);
  const [record] = (await answer.json()) as { value: unknown }[];
  expect(record?.value).toEqual(contentType === JSON_V2 ? { a: 1 } : base64('{"a":1}'));
});

test.each(['text', '{"a":', '', '1 2', '"\n"'])('%j cannot be read as JSON: 40601', async (value) => {
  const topic = await freshTopic();
  await send(`/topics/${topic}`, binary({ value: base64('{}') }, { value: base64(value) }));
  expect(await answered(fetchRecords(topic, { query: 'offset=1', as: JSON_V2 }))).toEqual({
    status: 406,
    body: { error_code: 40601, message: expect.stringContaining('The value at offset 1 is not JSON') },
  });
  expect((await fetchRecords(topic, { query: 'offset=1' })).status).toBe(200);
  // What stands before it can be read all the same.
  const before = await fetchRecords(topic, { as: JSON_V2 });
  expect(await before.json()).toMatchObject([{ offset: 0, value: {} }]);
});

test('bytes that are no UTF-8 cannot be read as JSON either', async () => {
  const topic = await freshTopic();
  await send(`/topics/${topic}`, binary({ key: Buffer.from([0x22, 0xff, 0x22]).toString('base64') }));
  expect(await answered(fetchRecords(topic, { as: JSON_V2 }))).toMatchObject({
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
  expect(await answered(send(`${partitionPath(ten)}/records?${query}`))).toEqual({
    status: 400,
    body: { error_code: 40002, message: expect.stringContaining(part) },
  });
});

test('what may come only as something else is 406', async () => {
  const answer = await fetchRecords(ten, { as: 'text/html' });
  expect(await answered(answer)).toMatchObject({ status: 406, body: { error_code: 406 } });
});

test('batches that grow a lot do not make an answer grow without end', async () => {
  const topic = await freshTopic();
  const values = Array.from({ length: 10 }, () => ({ timestamp: 1, key: null, value: Buffer.alloc(10_000) }));
  const small = Array.from({ length: 20 }, () => encodeRecordBatch(values, { compression: 'zstd' }));
  await send(partitionPath(topic), batches(...small));
  const answer = await fetchRecords(topic, { query: 'max_bytes=100000' });
  expect(((await answer.json()) as unknown[]).length).toBe(20);
  const next = await fetchRecords(topic, { query: 'max_bytes=100000&offset=195' });
  expect(((await next.json()) as unknown[]).length).toBe(5);
});

test('record batches of megabytes go in and come out whole', async () => {
  const path = partitionPath(await freshTopic());
  const value = Buffer.alloc(1000, 'x');
  const batch = encodeRecordBatch(Array.from({ length: 900 }, () => ({ timestamp: 1, key: null, value })));
  expect(await answered(send(path, batches(batch, batch, batch)))).toMatchObject({ status: 200 });
  const read = await send(`${path}/records?max_bytes=4000000`, accept(RECORD_BATCH));
  const bytes = Buffer.from(await read.arrayBuffer());
  expect(bytes.byteLength).toBe(3 * batch.length);
  expect(splitBatches(bytes).map(({ header }) => header.baseOffset)).toEqual([0, 900, 1800]);
});
