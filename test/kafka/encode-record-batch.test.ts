import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRecordBatch } from '../../lib/kafka/decode-record-batch.ts';
import { encodeRecordBatch } from '../../lib/kafka/encode-record-batch.ts';
import { asOffset } from '../../lib/kafka/types.ts';
import { validateRecords } from '../../lib/kafka/validate-records.ts';
import { compressions, records } from './batches.ts';

const options = { decompressedBytesMax: 1024 * 1024 };
const record = { timestamp: 1, key: null, value: null };

test.each(compressions)('%s: records come back as they were written', (compression) => {
  fc.assert(
    fc.property(records, fc.maxSafeInteger().map(Math.abs), (written, producerId) => {
      const batch = encodeRecordBatch(written, {
        compression,
        producerId,
        producerEpoch: 3,
        baseSequence: 9,
      });
      const { header, records: read } = decodeRecordBatch(batch, options);
      expect(header).toMatchObject({
        compression,
        producerId,
        producerEpoch: 3,
        baseSequence: 9,
        baseOffset: 0,
      });
      expect(read).toEqual(
        written.map(({ timestamp, key, value, headers = [] }, index) => ({
          offset: index,
          timestamp,
          key: key === null ? null : Buffer.from(key),
          value: value === null ? null : Buffer.from(value),
          headers: headers.map((one) => ({
            ...one,
            value: one.value === null ? null : Buffer.from(one.value),
          })),
        })),
      );
      expect(validateRecords(batch, options).maxTimestamp).toBe(header.maxTimestamp);
    }),
  );
});

test('offsets with gaps, as compaction leaves them, come back', () => {
  const offsets = [100, 103, 200].map(asOffset);
  const batch = encodeRecordBatch(offsets.map((offset) => ({ ...record, offset })));
  const { header, records: read } = decodeRecordBatch(batch, options);
  expect(header).toMatchObject({ baseOffset: 100, lastOffsetDelta: 100, recordCount: 3 });
  expect(read.map(({ offset }) => offset)).toEqual(offsets);
});

test('header names keep a byte order mark and letters beyond ASCII', () => {
  const key = '\ufeffgröße 🌍';
  const batch = encodeRecordBatch([{ ...record, headers: [{ key, value: Buffer.from('x') }] }]);
  expect(decodeRecordBatch(batch, options).records[0]?.headers[0]?.key).toBe(key);
});

test('a small batch does not keep the shared pool alive', () => {
  const batch = encodeRecordBatch([record]);
  expect(batch.buffer.byteLength).toBe(batch.length);
});

test.each([
  ['no records', []],
  ['offsets out of order', [1, 0].map((offset) => ({ ...record, offset: asOffset(offset) }))],
  ['offsets 2^31 apart', [0, 2 ** 31].map((offset) => ({ ...record, offset: asOffset(offset) }))],
  ['a timestamp below -1', [{ ...record, timestamp: -2 }]],
  ['a timestamp of 2^53 - 1', [{ ...record, timestamp: Number.MAX_SAFE_INTEGER }]],
  ['a timestamp that is no number', [{ ...record, timestamp: Number.NaN }]],
])('%s are a mistake of the caller', (_, wrong) => {
  expect(() => encodeRecordBatch(wrong)).toThrow(RangeError);
});
