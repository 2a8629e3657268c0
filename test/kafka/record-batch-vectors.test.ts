import { expect, test } from 'vitest';
import { decodeRecordBatch } from '../../lib/kafka/decode-record-batch.ts';
import { encodeRecordBatch } from '../../lib/kafka/encode-record-batch.ts';
import type { KafkaRecord } from '../../lib/kafka/record.ts';
import { type RecordBatch, setLogAppendTime, splitBatches } from '../../lib/kafka/record-batch.ts';
import { validateRecords } from '../../lib/kafka/validate-records.ts';
import { type BatchVector, batchVectors } from './vectors.ts';

const options = { decompressedBytesMax: 1024 * 1024 };

const hexOf = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString('hex');

const asListed = ({ offset, timestamp, key, value, headers }: KafkaRecord) => ({
  offset,
  timestamp,
  key: hexOf(key),
  value: hexOf(value),
  headers: headers.map((header) => [header.key, hexOf(header.value)] as const),
});

function readAsListed({ bytes }: RecordBatch): BatchVector['batches'][number] {
  const { header, records } = decodeRecordBatch(bytes, options);
  const { baseTimestamp, hasDeleteHorizon, lastOffsetDelta, magic, recordCount, ...listed } = header;
  expect(magic).toBe(2);
  expect(records.length).toBe(recordCount);
  return {
    ...listed,
    lastOffset: header.baseOffset + lastOffsetDelta,
    deleteHorizonMs: hasDeleteHorizon ? baseTimestamp : null,
    records: records.map(asListed),
  };
}

test.each(batchVectors)("Kafka's batches are read as Kafka reads them: $name", ({ bytes, batches }) => {
  expect(splitBatches(Buffer.from(bytes, 'hex')).map(readAsListed)).toEqual(batches);
});

/** With log-append time, what the records' own timestamps were has to be taken from the base timestamp. */
function encodeAgain({ header, bytes }: RecordBatch): Uint8Array {
  const { records } = decodeRecordBatch(bytes, options);
  if (header.timestampType === 'CreateTime') return encodeRecordBatch(records, header);
  const created = records.map((record, index) => ({ ...record, timestamp: header.baseTimestamp + index }));
  const batch = encodeRecordBatch(created, { ...header, timestampType: 'CreateTime' });
  setLogAppendTime(batch, header.maxTimestamp);
  return batch;
}

const eachBatch = batchVectors.flatMap(({ name, bytes }) =>
  splitBatches(Buffer.from(bytes, 'hex')).map((batch) => ({ name, batch })),
);
const plain = eachBatch.filter(({ batch }) => batch.header.compression === 'none');
const compressed = eachBatch.filter(({ batch }) => batch.header.compression !== 'none');

test.each(plain)(
  'a batch that is not compressed is written byte for byte as Kafka writes it: $name',
  ({ batch }) => {
    expect(hexOf(encodeAgain(batch))).toBe(hexOf(batch.bytes));
  },
);

test.each(compressed)('a compressed batch holds the same records when written again: $name', ({ batch }) => {
  const before = decodeRecordBatch(batch.bytes, options);
  const after = decodeRecordBatch(encodeAgain(batch), options);
  expect(after.records.map(asListed)).toEqual(before.records.map(asListed));
  expect(after.header.compression).toBe(before.header.compression);
});

test.each(eachBatch)('a batch of Kafka passes what a broker asks of it: $name', ({ batch }) => {
  const { header, maxTimestamp } = validateRecords(batch.bytes, options);
  expect(header).toEqual(batch.header);
  expect(maxTimestamp).toBe(header.maxTimestamp);
});
