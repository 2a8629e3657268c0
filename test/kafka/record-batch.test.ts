import { expect, test } from 'vitest';
import { position, readBatchHeader } from '../../lib/kafka/batch-header.ts';
import { decodeRecordBatch } from '../../lib/kafka/decode-record-batch.ts';
import { encodeRecordBatch } from '../../lib/kafka/encode-record-batch.ts';
import {
  setBaseOffset,
  setLogAppendTime,
  setMaxTimestamp,
  setPartitionLeaderEpoch,
  splitBatches,
  verifyBatchCrc,
} from '../../lib/kafka/record-batch.ts';
import { asOffset } from '../../lib/kafka/types.ts';
import { reseal } from './batches.ts';

const options = { decompressedBytesMax: 1024 };

const batchOf = (...values: string[]): Buffer =>
  Buffer.from(
    encodeRecordBatch(
      values.map((value, at) => ({ timestamp: 100 + at, key: null, value: Buffer.from(value) })),
    ),
  );

function edited(edit: (batch: Buffer) => void): Buffer {
  const batch = batchOf('a', 'b');
  edit(batch);
  return batch;
}

test('batches one behind the other are cut apart without copying', () => {
  const both = Buffer.concat([batchOf('a'), batchOf('b', 'c')]);
  const batches = splitBatches(both);
  expect(batches.map(({ header }) => header.recordCount)).toEqual([1, 2]);
  expect(batches.every(({ bytes }) => bytes.buffer === both.buffer)).toBe(true);
});

test('base offset and leader epoch are set outside the CRC, at any position', () => {
  const both = Buffer.concat([batchOf('a'), batchOf('b')]);
  const at = batchOf('a').length;
  setBaseOffset(both, at, asOffset(2 ** 40 + 7));
  setPartitionLeaderEpoch(both, at, 12);
  const header = readBatchHeader(both, at);
  expect(header).toMatchObject({ baseOffset: 2 ** 40 + 7, partitionLeaderEpoch: 12 });
  expect(() => verifyBatchCrc(both, at, header)).not.toThrow();
  expect(readBatchHeader(both)).toMatchObject({ baseOffset: 0, partitionLeaderEpoch: -1 });
});

test('log-append time becomes the timestamp of every record, under a new CRC', () => {
  const batch = batchOf('a', 'b');
  setLogAppendTime(batch, 5000);
  const { header, records } = decodeRecordBatch(batch, options);
  expect(header).toMatchObject({ timestampType: 'LogAppendTime', maxTimestamp: 5000 });
  expect(records.map(({ timestamp }) => timestamp)).toEqual([5000, 5000]);
});

test("the producer's own timestamps come back when the type is set back", () => {
  const batch = batchOf('a', 'b');
  setLogAppendTime(batch, 5000);
  setMaxTimestamp(batch, 'CreateTime', 101);
  expect(batch).toEqual(batchOf('a', 'b'));
});

test.each([
  ['nothing', Buffer.alloc(0), 'CORRUPT_MESSAGE', 'no record batch in 0 bytes'],
  ['less than a header', Buffer.alloc(60), 'CORRUPT_MESSAGE', '60 bytes'],
  ['a batch that is cut short', batchOf('a').subarray(0, -1), 'CORRUPT_MESSAGE', 'cut short'],
  [
    'bytes behind the last batch',
    Buffer.concat([batchOf('a'), Buffer.alloc(3)]),
    'CORRUPT_MESSAGE',
    '3 bytes',
  ],
  ['magic 0', edited((b) => b.writeInt8(0, position.magic)), 'INVALID_RECORD', 'message format 0'],
  ['magic 1', edited((b) => b.writeInt8(1, position.magic)), 'INVALID_RECORD', 'message format 1'],
  ['an unknown magic', edited((b) => b.writeInt8(3, position.magic)), 'INVALID_RECORD', 'magic byte is 3'],
  ['a negative length', edited((b) => b.writeInt32BE(-1, 8)), 'CORRUPT_MESSAGE', '-1 bytes follow'],
  ['a length below the header', edited((b) => b.writeInt32BE(48, 8)), 'CORRUPT_MESSAGE', '48 bytes follow'],
  ['a length of 2 GB', edited((b) => b.writeInt32BE(2 ** 31 - 1, 8)), 'CORRUPT_MESSAGE', 'cut short'],
  ['a negative base offset', edited((b) => b.writeBigInt64BE(-1n, 0)), 'INVALID_RECORD', 'negative'],
  ['an offset beyond 2^53', edited((b) => b.writeBigInt64BE(2n ** 53n, 0)), 'INVALID_RECORD', 'base offset'],
  ['codec 5', edited((b) => b.writeInt16BE(5, position.attributes)), 'UNSUPPORTED_COMPRESSION_TYPE', 'id 5'],
])('%s is refused, and the message says why', (_, bytes, error, message) => {
  expect(() => splitBatches(bytes)).toThrow(
    expect.objectContaining({ error, message: expect.stringContaining(message) }),
  );
});

test('a batch with one bit turned does not match its CRC', () => {
  const last = batchOf('a').length - 1;
  for (let at = position.crc; at <= last; at++) {
    const batch = batchOf('a');
    batch[at] = (batch[at] ?? 0) ^ 0x01;
    const header = readBatchHeader(batchOf('a'));
    if (at >= position.attributes) {
      expect(() => verifyBatchCrc(batch, 0, header)).toThrow(
        expect.objectContaining({ error: 'CORRUPT_MESSAGE' }),
      );
    }
    expect(() => decodeRecordBatch(batch, options)).toThrow(expect.objectContaining({ name: 'KafkaError' }));
  }
});

test('the CRC is not asked for when its reader says so', () => {
  const batch = edited((b) => b.writeUInt32BE(0, position.crc));
  expect(decodeRecordBatch(batch, { ...options, verifyCrc: false }).records.length).toBe(2);
});

test('records are views of the batch, not copies', () => {
  const batch = batchOf('a');
  expect(decodeRecordBatch(batch, options).records[0]?.value?.buffer).toBe(batch.buffer);
});

test('exactly one batch is decoded, not two', () => {
  const both = Buffer.concat([batchOf('a'), batchOf('b')]);
  expect(() => decodeRecordBatch(both, options)).toThrow(
    expect.objectContaining({ error: 'CORRUPT_MESSAGE' }),
  );
  expect(reseal(batchOf('a'))).toEqual(batchOf('a'));
});
