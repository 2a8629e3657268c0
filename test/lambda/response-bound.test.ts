import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { BINARY_V2, JSON_V2, RECORD_BATCH, V2_JSON } from '../../lib/api/http/media-types.ts';
import { decodeRecordBatch } from '../../lib/kafka/decode-record-batch.ts';
import { encodeRecordBatch } from '../../lib/kafka/encode-record-batch.ts';
import { type Answer, openFunction } from './function.ts';

type Send = Awaited<ReturnType<typeof openFunction>>['send'];

/** Every answer of these is held to what Lambda takes, by `send`. */
const SIZE = 900_000;
const RECORDS = 7;
/** Nothing of it can be compressed, so answers are as long as what was sent. */
const random = Array.from({ length: RECORDS }, () => randomBytes(SIZE));
/** In an answer of Lambda, each character of it takes two. */
const quotes = Array.from({ length: RECORDS }, (_, index) =>
  Buffer.from(JSON.stringify([index, ...Array.from({ length: SIZE / 3 }, () => '')])),
);

const recordOf = (value: Buffer) => ({ timestamp: 1, key: null, value });

async function append(send: Send, batch: Uint8Array): Promise<void> {
  const path = '/topics/t/partitions/0';
  const answer = await send({ method: 'POST', path, headers: { 'content-type': RECORD_BATCH }, body: batch });
  expect(answer.json()).toMatchObject({ offsets: [{ error_code: null }] });
}

const appendEach = async (send: Send, values: readonly Buffer[]) => {
  for (const value of values) await append(send, encodeRecordBatch([recordOf(value)]));
};
const appendCompressed = (send: Send, values: readonly Buffer[]) =>
  append(send, encodeRecordBatch(values.map(recordOf), { compression: 'gzip' }));

/** Reads the partition as whoever follows where answers say to go on. */
async function readAll(send: Send, accept: string, onAnswer: (answer: Answer) => void): Promise<number> {
  let answers = 0;
  for (let next = '0'; ; ) {
    const path = `/topics/t/partitions/0/records?offset=${next}&max_bytes=4600000&timeout=0`;
    const answer = await send({ path, headers: { accept } });
    expect(answer.status).toBe(200);
    onAnswer(answer);
    answers += 1;
    next = answer.headers['kafka-next-offset'] ?? '';
    if (next === answer.headers['kafka-high-watermark']) return answers;
  }
}

interface Fetched {
  readonly offset: number;
  readonly value: unknown;
}

test.each([
  ['bytes in base64', random, appendEach, BINARY_V2],
  ['JSON with a quote in every place', quotes, appendEach, JSON_V2],
  ['a batch that grows when it is opened', quotes, appendCompressed, JSON_V2],
  ['the same in base64', quotes, appendCompressed, BINARY_V2],
] as const)(
  '%s: a reader who goes on where answers end gets each record once',
  async (_, values, appendAll, type) => {
    const { send } = await openFunction();
    await appendAll(send, values);
    const fetched: Fetched[] = [];
    const answers = await readAll(send, type, (answer) => fetched.push(...(answer.json() as Fetched[])));
    expect(answers).toBeGreaterThan(1);
    expect(fetched.map(({ offset }) => offset)).toEqual(values.map((_, index) => index));
    const bytesOf = (value: unknown) =>
      type === JSON_V2 ? Buffer.from(JSON.stringify(value)) : Buffer.from(String(value), 'base64');
    fetched.forEach(({ value }, index) => {
      expect(bytesOf(value).equals(values[index] ?? Buffer.alloc(0))).toBe(true);
    });
  },
);

test('record batches: a reader who goes on where answers end gets each once', async () => {
  const { send } = await openFunction();
  await appendEach(send, random);
  const sizes: number[] = [];
  await readAll(send, RECORD_BATCH, ({ body }) => sizes.push(body.length));
  const batchSize = encodeRecordBatch([recordOf(random[0] ?? Buffer.alloc(0))]).length;
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(RECORDS * batchSize);
});

test('a consumer instance stands behind the last record that it was given', async () => {
  const { send } = await openFunction();
  await appendCompressed(send, quotes);
  const headers = { 'content-type': V2_JSON };
  const post = (path: string, body: unknown) =>
    send({ method: 'POST', path, headers, body: JSON.stringify(body) });
  await post('/consumers/g', { name: 'me', format: 'json', 'auto.offset.reset': 'earliest' });
  await post('/consumers/g/instances/me/assignments', { partitions: [{ topic: 't', partition: 0 }] });
  const offsets: number[] = [];
  for (let reads = 0; offsets.length < RECORDS && reads < RECORDS; reads += 1) {
    const path = '/consumers/g/instances/me/records?max_bytes=4600000&timeout=0';
    const answer = await send({ path, headers: { accept: JSON_V2 } });
    offsets.push(...(answer.json() as Fetched[]).map(({ offset }) => offset));
  }
  expect(offsets).toEqual(quotes.map((_, index) => index));
});

const SMALL = { RIVULET_CONFIG: '{"response.max.bytes":1000}' };

test('a record that fits no answer as JSON is an error that says how to get it', async () => {
  const { send } = await openFunction({ environment: SMALL });
  await append(send, encodeRecordBatch([recordOf(Buffer.alloc(700))]));
  const path = '/topics/t/partitions/0/records';
  const answer = await send({ path, headers: { accept: BINARY_V2 } });
  expect([answer.status, answer.json()]).toEqual([
    406,
    {
      error_code: 40602,
      message: expect.stringMatching(
        /^The record at offset 0 has \d+ bytes as JSON, above .*response\.max\.bytes.*recordbatch/,
      ),
    },
  ]);
  const batch = await send({ path, headers: { accept: RECORD_BATCH } });
  expect(decodeRecordBatch(batch.body, { decompressedBytesMax: SIZE }).records).toHaveLength(1);
});

test('records before it go out; whoever asks for it hears why', async () => {
  const { send } = await openFunction({ environment: SMALL });
  await append(send, encodeRecordBatch([Buffer.alloc(10), Buffer.alloc(700)].map(recordOf)));
  const read = (offset: string) =>
    send({ path: `/topics/t/partitions/0/records?offset=${offset}`, headers: { accept: BINARY_V2 } });
  const first = await read('0');
  expect([first.json(), first.headers['kafka-next-offset']]).toMatchObject([[{ offset: 0 }], '1']);
  expect((await read('1')).status).toBe(406);
});

test('a record batch that fits no answer is an error that says how to get its records', async () => {
  const { send } = await openFunction({ environment: SMALL });
  await append(send, encodeRecordBatch(Array.from({ length: 3 }, () => recordOf(Buffer.alloc(400)))));
  const path = '/topics/t/partitions/0/records';
  const answer = await send({ path, headers: { accept: RECORD_BATCH } });
  expect([answer.status, answer.json()]).toMatchObject([
    406,
    { error_code: 40602, message: expect.stringMatching(/^The record batch at offset 0 .*binary/) },
  ]);
  const records = await send({ path, headers: { accept: BINARY_V2 } });
  expect([records.json(), records.headers['kafka-next-offset']]).toMatchObject([[{ offset: 0 }], '1']);
});

test('an answer that is larger than Lambda takes is an error in its place', async () => {
  const configs = { 'response.max.bytes': 2 ** 26, 'fetch.max.bytes': 2 ** 24 };
  const { send } = await openFunction({ environment: { RIVULET_CONFIG: JSON.stringify(configs) } });
  await appendCompressed(send, quotes);
  const path = '/topics/t/partitions/0/records?max_bytes=16777216';
  const answer = await send({ path, headers: { accept: JSON_V2 } });
  expect([answer.status, answer.json()]).toMatchObject([
    500,
    {
      error_code: 500,
      message: expect.stringMatching(/^The answer has \d+ bytes, above the 6291556 .*ask for less/),
    },
  ]);
});

test('an empty answer says to go on where it was asked for', async () => {
  const { send } = await openFunction();
  await append(send, encodeRecordBatch([recordOf(Buffer.alloc(1))]));
  for (const accept of [RECORD_BATCH, BINARY_V2]) {
    const path = '/topics/t/partitions/0/records?offset=latest&timeout=0';
    const { headers } = await send({ path, headers: { accept } });
    expect(headers['kafka-next-offset']).toBe('1');
  }
});
