import { crc32 } from 'node:zlib';
import { decodeRecordBatch } from '../../lib/kafka/decode-record-batch.ts';
import { splitBatches } from '../../lib/kafka/record-batch.ts';
import type { PlacedEntry } from '../../lib/log/codec/index-page.ts';
import { decodeIntakeFooter, type IntakeSlice } from '../../lib/log/codec/intake-footer.ts';
import type { LogEntry } from '../../lib/log/codec/log-entry.ts';
import type { Stores } from '../../lib/storage/embedded.ts';
import type { PartitionKey } from '../../lib/storage/head.ts';
import { inlineIntakeKey, intakeObjectKey } from '../../lib/storage/keys.ts';
import type { ReadRecord } from './batches.ts';
import type { Problem } from './problem.ts';

const DECOMPRESSED_BYTES_MAX = 16 * 1024 * 1024;

type RawStores = Pick<Stores, 'objects' | 'metadata'>;

/** The records of one entry, read from the object that it names; what is wrong with it goes to `problem`. */
export async function readSlice(
  stores: RawStores,
  partition: PartitionKey,
  { base, entry }: PlacedEntry,
  problem: Problem,
): Promise<ReadRecord[]> {
  const where = `${entry.inline ? 'intake item' : 'object'} ${entry.objectId}, to which offset ${base} refers,`;
  const object = await readObject(stores, entry);
  if (object === undefined) {
    problem('I4', `${where} is not there`);
    return [];
  }
  try {
    const slice = object.subarray(entry.position, entry.position + entry.length);
    checkFooter(footerOf(object, partition, entry), entry, slice);
    return readRecords(base, entry, slice);
  } catch (error) {
    problem('I3', `${where} is damaged: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

async function readObject({ objects, metadata }: RawStores, { inline, objectId }: LogEntry) {
  if (!inline) return objects.get(intakeObjectKey(objectId));
  return (await metadata.get(inlineIntakeKey(objectId)))?.data;
}

/** A partition may have several slices in an object: a request under a key has its own. */
function footerOf(
  object: Uint8Array,
  { topicId, partition }: PartitionKey,
  { position }: LogEntry,
): IntakeSlice | undefined {
  const its = decodeIntakeFooter(object).filter(
    (slice) => slice.partition.topicId === topicId && slice.partition.partition === partition,
  );
  return its.find((slice) => slice.position === position) ?? its[0];
}

/** Garbage collection finds the partitions of an object by its footer alone. */
function checkFooter(footer: IntakeSlice | undefined, entry: LogEntry, slice: Uint8Array): void {
  if (footer === undefined) throw new Error('its footer does not name the partition');
  const { position, length, count, crc } = footer;
  if (position !== entry.position || length !== entry.length || count !== entry.count) {
    throw new Error('its footer and its entry tell different things');
  }
  if (crc !== crc32(slice)) throw new Error("the slice does not match its footer's CRC");
}

function readRecords(base: number, entry: LogEntry, slice: Uint8Array): ReadRecord[] {
  const records: ReadRecord[] = [];
  const producerBatches: LogEntry['producerBatches'][number][] = [];
  let maxTimestamp = -1;
  for (const { header, bytes } of splitBatches(slice)) {
    if (header.baseOffset !== records.length)
      throw new Error(`a batch begins at ${header.baseOffset}, not ${records.length}`);
    if (header.producerId >= 0) {
      const { producerId, producerEpoch, baseSequence, recordCount: count } = header;
      producerBatches.push({ producerId, producerEpoch, baseSequence, count, offsetDelta: records.length });
    }
    maxTimestamp = Math.max(maxTimestamp, header.maxTimestamp);
    for (const { offset, timestamp, value } of decodeRecordBatch(bytes, {
      decompressedBytesMax: DECOMPRESSED_BYTES_MAX,
    }).records) {
      records.push({ offset: base + offset, timestamp, value: Buffer.from(value ?? []).toString() });
    }
  }
  if (records.length !== entry.count) throw new Error(`it holds ${records.length} of ${entry.count} records`);
  if (maxTimestamp !== entry.maxTimestamp) throw new Error(`its greatest timestamp is ${maxTimestamp}`);
  if (JSON.stringify(producerBatches) !== JSON.stringify(entry.producerBatches)) {
    throw new Error("its entry does not name its producers' batches");
  }
  return records;
}
