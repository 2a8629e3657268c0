import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BATCH_HEADER_BYTES, position } from '../../lib/kafka/batch-header.ts';
import { decodeRecordBatch } from '../../lib/kafka/decode-record-batch.ts';
import { encodeRecordBatch } from '../../lib/kafka/encode-record-batch.ts';
import { KafkaError } from '../../lib/kafka/errors.ts';
import type { KafkaRecord } from '../../lib/kafka/record.ts';
import { splitBatches } from '../../lib/kafka/record-batch.ts';
import { validateRecords } from '../../lib/kafka/validate-records.ts';
import { batchAround, compressions, damage, damaged, outcomeOf, records, reseal } from './batches.ts';

const DECOMPRESSED_BYTES_MAX = 16 * 1024;
const options = { decompressedBytesMax: DECOMPRESSED_BYTES_MAX };
/** Far above what any of these inputs takes (some 20 microseconds): only a loop without end reaches it. */
const DECODE_MS_MAX = 2_000;

const sizeOf = ({ key, value, headers }: KafkaRecord): number =>
  headers.reduce(
    (sum, header) => sum + (header.value?.length ?? 0),
    (key?.length ?? 0) + (value?.length ?? 0),
  );

/** Whatever the bytes are: Kafka errors only, in good time, and no more than the bound; and both decoders agree. */
function checkDecoders(bytes: Uint8Array): void {
  const begun = performance.now();
  const split = outcomeOf(() => splitBatches(bytes));
  const decoded = outcomeOf(() => decodeRecordBatch(bytes, options));
  const validated = outcomeOf(() => validateRecords(bytes, options));
  expect(performance.now() - begun).toBeLessThan(DECODE_MS_MAX);
  if (!(decoded instanceof KafkaError)) {
    expect(split).toMatchObject([{ header: decoded.header }]);
    const size = decoded.records.reduce((sum, record) => sum + sizeOf(record), 0);
    expect(size).toBeLessThanOrEqual(Math.max(DECOMPRESSED_BYTES_MAX, bytes.length));
  }
  if (!(validated instanceof KafkaError)) {
    expect(decoded).toMatchObject({ header: { recordCount: validated.header.recordCount } });
  }
}

test('random bytes are refused or read, never worse', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), checkDecoders), { numRuns: 2000 });
});

test('random bytes behind a good header are refused or read, never worse', () => {
  const payload = fc.uint8Array({ maxLength: 300 });
  const count = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer());
  fc.assert(
    fc.property(payload, count, (bytes, recordCount) => checkDecoders(batchAround(bytes, recordCount))),
    { numRuns: 2000 },
  );
});

test.each(compressions)(
  '%s: a damaged batch under a good CRC is refused or read, never worse',
  (compression) => {
    fc.assert(
      fc.property(records, damage, (written, wrong) => {
        const batch = encodeRecordBatch(written, { compression });
        checkDecoders(reseal(damaged(batch, wrong, position.attributes)));
        checkDecoders(reseal(damaged(batch, wrong, BATCH_HEADER_BYTES)));
      }),
      { numRuns: 600 },
    );
  },
);

test.each(compressions)(
  '%s: damaged records within a good stream are refused or read, never worse',
  (compression) => {
    fc.assert(
      fc.property(records, damage, (written, wrong) => {
        const plain = encodeRecordBatch(written).subarray(BATCH_HEADER_BYTES);
        checkDecoders(batchAround(damaged(plain, wrong), written.length, compression));
      }),
      { numRuns: 600 },
    );
  },
);

/** How a stream of each codec begins, so that random bytes get past it. */
const beginnings = {
  gzip: '1f8b0800000000000003',
  snappy: '82534e41505059000000000100000001000000',
  lz4: '04224d18604082',
  zstd: '28b52ffd0058',
} as const;

test.each(Object.entries(beginnings))(
  '%s: random bytes behind the beginning of a stream',
  (codec, beginning) => {
    const template = encodeRecordBatch([{ timestamp: 0, key: null, value: null }], {
      compression: codec as keyof typeof beginnings,
    });
    const header = template.subarray(0, BATCH_HEADER_BYTES);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        checkDecoders(reseal(Buffer.concat([header, Buffer.from(beginning, 'hex'), bytes])));
      }),
      { numRuns: 600 },
    );
  },
);
