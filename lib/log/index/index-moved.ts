import { KafkaError } from '../../kafka/errors.ts';
import type { Head, PartitionKey } from '../../storage/head.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';

/** A page or an object was not where the head said: maintenance moved the index while we read, or it is damaged. */
export class IndexMovedError extends Error {
  override readonly name = 'IndexMovedError';
}

const LOOKS_MAX = 5;

/**
 * Reads under a head. When the index moved meanwhile, reads again under the head as it is now; a head whose index
 * did not move means damage, which is an error and never a reason to skip.
 *
 * @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION, KAFKA_STORAGE_ERROR (damage), and what `read` throws.
 */
export async function readUnderHead<Result>(
  metadata: MetadataStore,
  partition: PartitionKey,
  read: (head: Head) => Promise<Result>,
): Promise<Result> {
  let head = await livingHead(metadata, partition);
  for (let look = 1; ; look += 1) {
    try {
      return await read(head);
    } catch (error) {
      if (!(error instanceof IndexMovedError)) throw error;
      const before = head;
      head = await livingHead(metadata, partition);
      if (sameIndex(before, head) || look === LOOKS_MAX) {
        throw new KafkaError('KAFKA_STORAGE_ERROR', `The log is damaged: ${error.message}`, { cause: error });
      }
    }
  }
}

/** @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION when there is no head, or its topic is deleted. */
export async function livingHead(metadata: MetadataStore, partition: PartitionKey): Promise<Head> {
  const head = await metadata.getHead(partition);
  if (head === undefined || head.deleted) {
    throw new KafkaError(
      'UNKNOWN_TOPIC_OR_PARTITION',
      `Partition ${partition.partition} is gone with its topic.`,
    );
  }
  return head;
}

function sameIndex(a: Head, b: Head): boolean {
  return a.start === b.start && a.compacted === b.compacted && a.tail === b.tail && a.swaps === b.swaps;
}
