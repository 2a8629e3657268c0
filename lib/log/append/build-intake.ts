import { crc32 } from 'node:zlib';
import { setBaseOffset } from '../../kafka/record-batch.ts';
import { asOffset } from '../../kafka/types.ts';
import type { AppendId, Head, HeadAppend, ObjectId, PartitionKey } from '../../storage/head.ts';
import { encodeIntakeFooter, type IntakeSlice } from '../codec/intake-footer.ts';
import { encodeLogEntry, type LogEntry } from '../codec/log-entry.ts';
import type { AppendPlan } from './plan-append.ts';
import type { QueuedBatch } from './queued-batch.ts';

/** What one partition brings to a flush: at least one accepted batch, planned on `head`. */
export interface SliceToAppend {
  readonly partition: PartitionKey;
  readonly head: Head;
  readonly plan: AppendPlan<QueuedBatch>;
}

export interface Intake {
  readonly objectId: ObjectId;
  /** The object's bytes: slices, then the footer. */
  readonly parts: readonly Uint8Array[];
  readonly length: number;
}

/**
 * Lays the slices out as one intake object. Batches come one behind the other, with base offsets that count from
 * 0 within their slice: where a slice begins in its partition is known only when its head was updated.
 */
export function buildIntake(
  objectId: ObjectId,
  slices: readonly SliceToAppend[],
): { readonly intake: Intake; readonly positions: readonly number[] } {
  const parts: Uint8Array[] = [];
  const footer: IntakeSlice[] = [];
  const positions: number[] = [];
  let position = 0;
  for (const { partition, plan } of slices) {
    let crc = 0;
    for (const { batch, offsetDelta } of plan.accepted) {
      setBaseOffset(batch.bytes, 0, asOffset(offsetDelta));
      crc = crc32(batch.bytes, crc);
      parts.push(batch.bytes);
    }
    positions.push(position);
    footer.push({ partition, position, length: plan.length, count: plan.count, crc });
    position += plan.length;
  }
  const footerBytes = encodeIntakeFooter(footer);
  parts.push(footerBytes);
  return { intake: { objectId, parts, length: position + footerBytes.length }, positions };
}

/** What the index will keep of a slice. */
export function sliceEntry(
  { head, plan }: SliceToAppend,
  place: Pick<LogEntry, 'objectId' | 'position' | 'inline'>,
): LogEntry {
  const { length, count, maxTimestamp, producerBatches } = plan;
  return { ...place, length, count, maxTimestamp, leaderEpoch: head.epoch, producerBatches };
}

/** The one conditional update that gives a slice its place. */
export function headAppend(
  { partition, head, plan }: SliceToAppend,
  entry: LogEntry,
  appendId: AppendId,
): HeadAppend {
  return {
    partition,
    appendId,
    epoch: head.epoch,
    count: plan.count,
    entry: encodeLogEntry(entry),
    objectId: entry.objectId,
    producers: plan.producers,
  };
}
