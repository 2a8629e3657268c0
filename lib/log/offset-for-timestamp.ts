import { readBatchHeader } from '../kafka/batch-header.ts';
import { decodeRecordBatch } from '../kafka/decode-record-batch.ts';
import { asOffset, type Offset } from '../kafka/types.ts';
import type { Head, PartitionKey } from '../storage/head.ts';
import type { PlacedEntry } from './codec/index-page.ts';
import { readSlices, type SliceSource } from './fetch/read-slices.ts';
import { entriesFrom, pageCovering } from './index/entries.ts';
import { readUnderHead } from './index/index-moved.ts';

export interface TimestampedOffset {
  readonly offset: Offset;
  readonly timestamp: number;
}

/**
 * Kafka's ListOffsets by time: the first record whose timestamp is `timestampMs` or later. Pages keep the greatest
 * timestamp of all that came before their end, which never falls, so that they can be bisected; from the first
 * page that can hold the record on, entries are looked at one by one.
 */
export async function offsetForTimestamp(
  source: SliceSource,
  partition: PartitionKey,
  timestampMs: number,
  decompressedBytesMax: number,
): Promise<TimestampedOffset | undefined> {
  return readUnderHead(source.metadata, partition, async (head) => {
    const from = await firstOffsetToLookAt(source, partition, head, timestampMs);
    if (from >= head.next) return undefined;
    for await (const run of entriesFrom(source.metadata, partition, head, from)) {
      for (const placed of run) {
        if (placed.entry.maxTimestamp < timestampMs) continue;
        const found = await searchEntry(source, placed, head.start, timestampMs, decompressedBytesMax);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  });
}

/** Bisects the pages; all records below the answer are older. */
async function firstOffsetToLookAt(
  source: SliceSource,
  partition: PartitionKey,
  head: Head,
  timestampMs: number,
): Promise<Offset> {
  let low: number = head.compacted;
  let high: number = head.tail;
  while (low < high) {
    const middle = asOffset(Math.floor((low + high) / 2));
    const page = await pageCovering(source.metadata, partition, head, middle);
    if (page.maxTimestamp >= timestampMs) high = page.base;
    else low = page.to;
  }
  return asOffset(Math.max(low, head.start));
}

async function searchEntry(
  source: SliceSource,
  placed: PlacedEntry,
  start: Offset,
  timestampMs: number,
  decompressedBytesMax: number,
): Promise<TimestampedOffset | undefined> {
  for (const { bytes } of (await readSlices(source, [placed])).flat()) {
    if (readBatchHeader(bytes).maxTimestamp < timestampMs) continue;
    const { records } = decodeRecordBatch(bytes, { decompressedBytesMax });
    const found = records.find(({ offset, timestamp }) => offset >= start && timestamp >= timestampMs);
    if (found !== undefined) return { offset: found.offset, timestamp: found.timestamp };
  }
  return undefined;
}
