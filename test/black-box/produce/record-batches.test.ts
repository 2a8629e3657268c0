import { expect, test } from 'vitest';
import { RECORD_BATCH } from '../../../lib/api/http/media-types.ts';
import { BATCH_HEADER_BYTES, position } from '../../../lib/kafka/batch-header.ts';
import { setMaxTimestamp, splitBatches } from '../../../lib/kafka/record-batch.ts';
import { encode, resealed } from '../../support/record-batches.ts';
import { accept, answered, batches } from '../../support/requests.ts';
import { send } from '../support/client.ts';
import { endOffset, partitionPath } from '../support/records.ts';
import { freshTopic } from '../support/topics.ts';

test('batches are stored as they came, one entry each, whatever their codec', async () => {
  const path = partitionPath(await freshTopic());
  const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
  const sent = codecs.map((compression) => encode(['a', 'b'], { compression }));
  const { status, body } = await answered(send(path, batches(...sent)));
  expect(status).toBe(200);
  expect((body as { offsets: unknown[] }).offsets).toEqual(
    codecs.map((_, index) => ({ partition: 0, offset: 2 * index, error_code: null, error: null })),
  );

  const read = await send(`${path}/records?offset=0`, accept(RECORD_BATCH));
  expect(read.headers.get('content-type')).toBe(RECORD_BATCH);
  const stored = splitBatches(Buffer.from(await read.arrayBuffer()));
  expect(stored.map(({ header }) => header.baseOffset)).toEqual([0, 2, 4, 6, 8]);
  stored.forEach(({ bytes }, index) => {
    expect(bytes.subarray(position.magic)).toEqual(Buffer.from(sent[index] ?? []).subarray(position.magic));
  });
});

test("an idempotent producer's repeat gets its original offset", async () => {
  const path = partitionPath(await freshTopic());
  const { body } = await answered(send('/producers', { method: 'POST' }));
  const { producer_id: producerId, producer_epoch: producerEpoch } = body as Record<string, number>;
  const batch = (baseSequence: number) =>
    encode(['a', 'b'], {
      producerId: producerId as number,
      producerEpoch: producerEpoch as number,
      baseSequence,
    });
  const offsets = async (baseSequence: number) =>
    ((await answered(send(path, batches(batch(baseSequence))))).body as { offsets: unknown }).offsets;
  const entry = (offset: number) => [{ partition: 0, offset, error_code: null, error: null }];
  expect(await offsets(0)).toEqual(entry(0));
  expect(await offsets(2)).toEqual(entry(2));
  expect(await offsets(0)).toEqual(entry(0));
  const gap = await answered(send(path, batches(batch(9))));
  expect(gap).toMatchObject({ status: 409, body: { error_code: 40911, offsets: [{ error_code: 40911 }] } });
  expect(await answered(send(`${path}/offsets`))).toMatchObject({ body: { end_offset: 4 } });
});

test('a greatest timestamp that lies is put right', async () => {
  const path = partitionPath(await freshTopic());
  const batch = encode(['a']);
  setMaxTimestamp(batch, 'CreateTime', 9_999_999);
  expect((await send(path, batches(batch))).status).toBe(200);
  const read = await send(`${path}/records`, accept(RECORD_BATCH));
  expect(splitBatches(Buffer.from(await read.arrayBuffer()))[0]?.header.maxTimestamp).toBe(1_000);
});

const count = (n: number) => (view: DataView) => view.setInt32(position.recordCount, n);
const magic = (n: number) => (batch: Uint8Array) => {
  batch[position.magic] = n;
  return batch;
};

const bad: [string, Uint8Array, number, number, string][] = [
  ['nothing', new Uint8Array(), 422, 42211, '0 bytes'],
  ['text', Buffer.from('{"records":[]}'), 422, 42211, 'record batch'],
  ['a batch that is cut short', encode(['a']).subarray(0, -1), 422, 42211, 'cut short'],
  ['a bad CRC', encode(['a']).fill(0x61, BATCH_HEADER_BYTES + 5), 422, 42211, 'CRC'],
  ['magic 0', magic(0)(encode(['a'])), 422, 42212, 'magic 2'],
  ['magic 1', magic(1)(encode(['a'])), 422, 42212, 'magic 2'],
  ['a count that says too much', resealed(encode(['a']), count(2)), 422, 42212, 'record'],
  ['a count that says too little', resealed(encode(['a', 'b']), count(1)), 422, 42212, 'record'],
  ['a count of nothing', resealed(encode(['a']), count(0)), 422, 42212, '0 records'],
  ['a negative count', resealed(encode(['a']), count(-1)), 422, 42212, 'record'],
  ['a control batch', encode(['a'], { isControl: true }), 422, 42212, 'control'],
  [
    'a transactional batch',
    encode(['a'], { isTransactional: true, producerId: 1, producerEpoch: 0, baseSequence: 0 }),
    422,
    42212,
    'transactions',
  ],
  [
    'a producer without a sequence',
    encode(['a'], { producerId: 1, producerEpoch: 0 }),
    422,
    42212,
    'sequence',
  ],
  ['a producer without an epoch', encode(['a'], { producerId: 1, baseSequence: 0 }), 422, 42212, 'epoch'],
  ['LogAppendTime', encode(['a'], { timestampType: 'LogAppendTime' }), 422, 42215, 'LogAppendTime'],
  [
    'compression 7',
    resealed(encode(['a']), (view) => view.setInt16(position.attributes, 7)),
    422,
    42214,
    'compression',
  ],
];

test.each(bad)(
  '%s is refused, and the good batch before it is not stored either',
  async (_, batch, status, errorCode, message) => {
    const topic = await freshTopic();
    const good = encode(['good']);
    const all = batch.length === 0 ? batches() : batches(good, batch);
    expect(await answered(send(partitionPath(topic), all))).toEqual({
      status,
      body: { error_code: errorCode, message: expect.stringContaining(message) },
    });
    expect(await endOffset(topic)).toBe(0);
  },
);
