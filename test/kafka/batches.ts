import fc from 'fast-check';
import { BATCH_HEADER_BYTES, position } from '../../lib/kafka/batch-header.ts';
import { type Compression, compress } from '../../lib/kafka/compression/index.ts';
import { crc32c } from '../../lib/kafka/crc32c.ts';
import { encodeRecordBatch, type RecordToEncode } from '../../lib/kafka/encode-record-batch.ts';
import { KafkaError } from '../../lib/kafka/errors.ts';
import { TIMESTAMP_MAX_MS } from '../../lib/kafka/record.ts';

export const compressions: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

const bytes = fc.uint8Array({ maxLength: 200 });

export const records: fc.Arbitrary<RecordToEncode[]> = fc.array(
  fc.record({
    timestamp: fc.oneof(fc.integer({ min: -1, max: 2 ** 42 }), fc.constant(TIMESTAMP_MAX_MS)),
    key: fc.option(bytes),
    value: fc.option(bytes),
    headers: fc.array(fc.record({ key: fc.string({ unit: 'grapheme' }), value: fc.option(bytes) }), {
      maxLength: 4,
    }),
  }),
  { minLength: 1, maxLength: 10 },
);

/** Makes length and CRC right again, so that a damage behind them is reached. */
export function reseal(batch: Uint8Array): Uint8Array {
  const sealed = Buffer.from(batch);
  if (sealed.length < BATCH_HEADER_BYTES) return sealed;
  sealed.writeInt32BE(sealed.length - position.partitionLeaderEpoch, position.batchLength);
  sealed.writeUInt32BE(crc32c(sealed.subarray(position.attributes)), position.crc);
  return sealed;
}

/** A batch of `count` records around records' bytes that may be anything. */
export function batchAround(
  payload: Uint8Array,
  count: number,
  compression: Compression = 'none',
): Uint8Array {
  const template = encodeRecordBatch([{ timestamp: 0, key: null, value: null }], { compression });
  const header = Buffer.from(template.subarray(0, BATCH_HEADER_BYTES));
  header.writeInt32BE(count, position.recordCount);
  header.writeInt32BE((count - 1) | 0, position.lastOffsetDelta);
  return reseal(Buffer.concat([header, compress(compression, payload)]));
}

export interface Damage {
  readonly edits: readonly { readonly at: number; readonly byte: number }[];
  readonly cut: number;
  readonly tail: Uint8Array;
}

/** A few bytes changed, some cut off, some put behind. Places are fractions of the length. */
export const damage: fc.Arbitrary<Damage> = fc.record({
  edits: fc.array(
    fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.integer({ min: 0, max: 255 }) }),
    { maxLength: 4 },
  ),
  cut: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
  tail: fc.oneof(fc.constant(new Uint8Array()), fc.uint8Array({ maxLength: 8 })),
});

/** Damages what stands from `from` on. */
export function damaged(original: Uint8Array, { edits, cut, tail }: Damage, from = 0): Uint8Array {
  const end = original.length - Math.floor(cut * (original.length - from));
  const result = Buffer.concat([original.subarray(0, end), tail]);
  for (const { at, byte } of edits) {
    if (result.length > from) result[from + Math.floor(at * (result.length - from - 1))] = byte;
  }
  return result;
}

/** What a call came to: its value, or the Kafka error that it raised. Any other error is a failure of the test. */
export function outcomeOf<T>(call: () => T): T | KafkaError {
  try {
    return call();
  } catch (error) {
    if (error instanceof KafkaError) return error;
    throw error;
  }
}
