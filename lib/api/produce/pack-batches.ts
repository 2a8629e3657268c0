import type { EffectiveTopicConfig } from '../../cluster/topic-configs.ts';
import { BATCH_HEADER_BYTES } from '../../kafka/batch-header.ts';
import { encodeRecordBatch, type RecordToEncode } from '../../kafka/encode-record-batch.ts';
import { KafkaError } from '../../kafka/errors.ts';
import { recordBodySize } from '../../kafka/record.ts';
import { varintSize } from '../../kafka/varint.ts';
import type { IncomingRecord } from './incoming-record.ts';

/** Length, attributes, two deltas, key and value length, header count: what a record takes at most besides. */
const RECORD_OVERHEAD_BYTES_MAX = 5 + 1 + 10 + 5 + 5 + 5 + 5;
/** Name and value length of a header, and up to three bytes of UTF-8 for each UTF-16 unit of its name. */
const HEADER_OVERHEAD_BYTES_MAX = 10;
const UTF8_BYTES_PER_UNIT_MAX = 3;

/** Never less than what the record takes in a batch; cheap, so that most requests need no exact count. */
function sizeBound({ key, value, headers }: IncomingRecord): number {
  let bytes = RECORD_OVERHEAD_BYTES_MAX + (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers) {
    bytes +=
      HEADER_OVERHEAD_BYTES_MAX + header.key.length * UTF8_BYTES_PER_UNIT_MAX + (header.value?.length ?? 0);
  }
  return bytes;
}

function sizeAlone(record: IncomingRecord): number {
  const body = recordBodySize(record, 0, 0);
  return BATCH_HEADER_BYTES + varintSize(body) + body;
}

/** A record and where it stood in its request. */
export interface PlacedRecord {
  readonly index: number;
  readonly record: IncomingRecord;
}

export interface PackedBatch {
  readonly bytes: Uint8Array;
  /** Where its records stood in the request, in the order of their offsets. */
  readonly indexes: readonly number[];
}

/**
 * Encodes the records of one partition into batches of at most `max.message.bytes`, uncompressed. A record
 * without a timestamp gets `nowMs`; with log-append time every record does.
 *
 * @throws KafkaError MESSAGE_TOO_LARGE when a record does not fit alone.
 */
export function packBatches(
  records: readonly PlacedRecord[],
  config: EffectiveTopicConfig,
  nowMs: number,
): PackedBatch[] {
  const bytesMax = config['max.message.bytes'];
  const packed: PackedBatch[] = [];
  let from = 0;
  let bytes = BATCH_HEADER_BYTES;
  records.forEach(({ record, index }, at) => {
    const bound = sizeBound(record);
    if (BATCH_HEADER_BYTES + bound > bytesMax) checkAlone(record, index, bytesMax);
    if (at > from && bytes + bound > bytesMax) {
      packed.push(encode(records.slice(from, at), config, nowMs));
      from = at;
      bytes = BATCH_HEADER_BYTES;
    }
    bytes += bound;
  });
  packed.push(encode(from === 0 ? records : records.slice(from), config, nowMs));
  return packed;
}

function checkAlone(record: IncomingRecord, index: number, bytesMax: number): void {
  const size = sizeAlone(record);
  if (size <= bytesMax) return;
  throw new KafkaError(
    'MESSAGE_TOO_LARGE',
    `Record ${index} makes a batch of ${size} bytes, above the topic's max.message.bytes of ${bytesMax}.`,
  );
}

function encode(records: readonly PlacedRecord[], config: EffectiveTopicConfig, nowMs: number): PackedBatch {
  const timestampType = config['message.timestamp.type'];
  const timed = records.map(({ record }): RecordToEncode => {
    const { key, value, headers, timestamp } = record;
    const kept = timestampType === 'CreateTime' ? timestamp : undefined;
    return { key, value, headers, timestamp: kept ?? nowMs };
  });
  return { bytes: encodeRecordBatch(timed, { timestampType }), indexes: records.map(({ index }) => index) };
}
