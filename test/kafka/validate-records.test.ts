import { expect, test } from 'vitest';
import { position } from '../../lib/kafka/batch-header.ts';
import { encodeRecordBatch } from '../../lib/kafka/encode-record-batch.ts';
import { setMaxTimestamp } from '../../lib/kafka/record-batch.ts';
import { validateRecords } from '../../lib/kafka/validate-records.ts';
import { batchAround, compressions, reseal } from './batches.ts';

const options = { decompressedBytesMax: 1024 };

const record = { timestamp: 7, key: Buffer.from('key'), value: Buffer.from('value') };
const headers = [
  { key: 'a', value: null },
  { key: 'b', value: null },
];

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Length, attributes, timestamp delta, offset delta, null key, null value, no headers. */
const first = '0c 00 00 00 01 01 00';
const second = '0c 00 00 02 01 01 00';

test('a batch whose records are what its header announces is taken', () => {
  expect(validateRecords(batchAround(hex(first + second), 2), options)).toMatchObject({ nullKeys: 2 });
});

test.each([
  ['no records', '', 0, 'has 0 records'],
  ['a negative count', first, -1, 'has -1 records'],
  ['a count above what the bytes can hold', first, 2 ** 31 - 1, '2147483647 records'],
  ['one record more than it says', first + second, 1, '7 bytes follow the last record'],
  ['one record less than it says', `${first}0e 00 00 02 01 02 00 00`, 3, '3 records'],
  ['the same offset twice', first + first, 2, 'record 1 of the batch has offset delta 0'],
  ['a gap in its offsets', second, 1, 'record 0 of the batch has offset delta 1'],
  ['a record of negative length', '0d 00 00 00 01 01 00', 1, 'has -7 bytes'],
  ['a record longer than the batch', '0e 00 00 00 01 01 00', 1, 'has 7 bytes; 6 are left'],
  ['a key longer than its record', '0c 00 00 00 7e 01 00', 1, 'key says that it has 63 bytes'],
  ['a key of length -2', '0c 00 00 00 03 01 00', 1, 'key says that it has -2 bytes'],
  ['a value longer than its record', '0c 00 00 00 01 7e 00', 1, 'value says that it has 63 bytes'],
  ['a negative header count', '0c 00 00 00 01 01 01', 1, '-1 headers'],
  ['more headers than bytes', '10 00 00 00 01 01 04 00 01', 1, '2 headers'],
  ['a header without a name', '10 00 00 00 01 01 02 01 01', 1, 'name is null'],
  ['bytes behind the headers', '0e 00 00 00 01 01 00 00', 1, "1 bytes follow a record's headers"],
])('a batch with %s is refused, and the message says so', (_, records, count, message) => {
  expect(() => validateRecords(batchAround(hex(records), count), options)).toThrow(
    expect.objectContaining({ error: 'INVALID_RECORD', message: expect.stringContaining(message) }),
  );
});

test('a last offset delta that does not go with the count is refused', () => {
  const batch = Buffer.from(batchAround(hex(first + second), 2));
  batch.writeInt32BE(5, position.lastOffsetDelta);
  expect(() => validateRecords(reseal(batch), options)).toThrow(
    expect.objectContaining({
      error: 'INVALID_RECORD',
      message: expect.stringContaining('last offset delta is 5'),
    }),
  );
});

test('a batch that does not match its CRC is refused', () => {
  const batch = Buffer.from(encodeRecordBatch([record]));
  batch.writeUInt32BE(1, position.crc);
  expect(() => validateRecords(batch, options)).toThrow(
    expect.objectContaining({ error: 'CORRUPT_MESSAGE' }),
  );
});

test('the greatest timestamp is taken from the records, whatever the header says', () => {
  const batch = encodeRecordBatch([record, { ...record, timestamp: 3 }]);
  setMaxTimestamp(batch, 'CreateTime', 9_999);
  expect(validateRecords(batch, options)).toMatchObject({ maxTimestamp: 7, header: { maxTimestamp: 9_999 } });
});

test.each([
  ['keyBytesMax', 3],
  ['valueBytesMax', 5],
  ['headersMax', 2],
])('%s holds at the limit and not above it', (limit, max) => {
  const batch = encodeRecordBatch([{ ...record, headers }]);
  expect(() => validateRecords(batch, { ...options, [limit]: max })).not.toThrow();
  expect(() => validateRecords(batch, { ...options, [limit]: max - 1 })).toThrow(
    expect.objectContaining({ error: 'MESSAGE_TOO_LARGE' }),
  );
});

test.each(compressions.slice(1))(
  '%s: the decompressed size holds at the limit and not above it',
  (compression) => {
    const plain = encodeRecordBatch([record]).length - position.records;
    const batch = encodeRecordBatch([record], { compression });
    expect(() => validateRecords(batch, { decompressedBytesMax: plain })).not.toThrow();
    expect(() => validateRecords(batch, { decompressedBytesMax: plain - 1 })).toThrow(
      expect.objectContaining({ error: 'MESSAGE_TOO_LARGE' }),
    );
  },
);
