import type { Offset } from '../../kafka/types.ts';
import type { AppendId, Head, PartitionKey } from '../../storage/head.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { entriesFrom } from '../index/entries.ts';
import { mayStand } from './may-stand.ts';

/** An append that may stand somewhere at or above `nextBefore`, an offset at which the log once ended. */
export interface SoughtAppend {
  readonly partition: PartitionKey;
  readonly appendId: AppendId;
  readonly nextBefore: Offset;
}

/**
 * Looks for an append id in the head and, without a gap, in every page that can hold it: its base offset, or `undefined`
 * when it is not in the log that this head shows.
 *
 * @throws KafkaError REQUEST_TIMED_OUT when the index has moved past the place to look at; IndexMovedError.
 */
export async function findAppend(
  metadata: MetadataStore,
  { partition, appendId, nextBefore }: SoughtAppend,
  head: Head,
): Promise<Offset | undefined> {
  const inHead = head.entries.find((entry) => entry.appendId === appendId);
  if (inHead !== undefined) return inHead.base;
  if (head.compacted > nextBefore || head.start > nextBefore) {
    throw mayStand(`the log has moved on beyond offset ${nextBefore}.`);
  }
  if (head.tail <= nextBefore) return undefined;
  for await (const run of entriesFrom(metadata, partition, head, nextBefore)) {
    const placed = run.find((entry) => entry.appendId === appendId);
    if (placed !== undefined) return placed.base;
  }
  return undefined;
}
