import type { Compression } from '../../lib/kafka/compression/index.ts';
import { decodeRecordBatch } from '../../lib/kafka/decode-record-batch.ts';
import { encodeRecordBatch } from '../../lib/kafka/encode-record-batch.ts';
import { asOffset } from '../../lib/kafka/types.ts';
import type { PartitionLogs } from '../../lib/log/types.ts';
import type { PartitionKey } from '../../lib/storage/head.ts';

const DECOMPRESSED_BYTES_MAX = 16 * 1024 * 1024;

export interface BatchOptions {
  /** One a record; the last one holds for those behind it. @default [0] */
  readonly timestamps?: readonly number[];
  readonly compression?: Compression;
  readonly producer?: { readonly id: number; readonly epoch?: number; readonly sequence: number };
}

/** A batch with these values, one a record. */
export function batchOf(values: readonly string[], options: BatchOptions = {}): Uint8Array {
  const { timestamps = [0], compression = 'none', producer } = options;
  const records = values.map((value, index) => ({
    timestamp: timestamps[Math.min(index, timestamps.length - 1)] ?? 0,
    key: null,
    value: Buffer.from(value),
  }));
  return encodeRecordBatch(records, {
    compression,
    ...(producer && {
      producerId: producer.id,
      producerEpoch: producer.epoch ?? 0,
      baseSequence: producer.sequence,
    }),
  });
}

/** A batch of an idempotent producer: `count` records from `sequence` on, each named by its sequence. */
export function sequenced(id: number, sequence: number, count = 1, epoch = 0): Uint8Array {
  const values = Array.from(
    { length: count },
    (_, index) => `p${id}.${epoch}.${(sequence + index) % 2 ** 31}`,
  );
  return batchOf(values, { producer: { id, epoch, sequence } });
}

export interface ReadRecord {
  readonly offset: number;
  readonly value: string;
  readonly timestamp: number;
}

export function recordsOf(batches: readonly Uint8Array[]): ReadRecord[] {
  return batches.flatMap((batch) =>
    decodeRecordBatch(batch, { decompressedBytesMax: DECOMPRESSED_BYTES_MAX }).records.map(
      ({ offset, value, timestamp }) => ({ offset, timestamp, value: Buffer.from(value ?? []).toString() }),
    ),
  );
}

export const valuesOf = (batches: readonly Uint8Array[]): string[] =>
  recordsOf(batches).map(({ value }) => value);

/** The values of the whole log, read from its start, each at its offset. */
export async function readAll(logs: PartitionLogs, partition: PartitionKey): Promise<string[]> {
  const { start } = await logs.offsets(partition);
  const values: string[] = [];
  for (let offset: number = start; ; ) {
    const { batches, highWatermark } = await logs.fetch({
      partition,
      offset: asOffset(offset),
      maxBytes: 1024 * 1024,
      minBytes: 0,
      maxWaitMs: 0,
    });
    for (const record of recordsOf(batches)) {
      if (record.offset < offset) continue;
      if (record.offset !== offset) throw new Error(`offset ${offset} is missing`);
      values.push(record.value);
      offset += 1;
    }
    if (offset === highWatermark) return values;
    if (batches.length === 0) throw new Error(`nothing at ${offset}, below ${highWatermark}`);
  }
}
