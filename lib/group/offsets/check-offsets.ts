import { KafkaError } from '../../kafka/errors.ts';
import type { OffsetToCommit, TopicPartition } from '../types.ts';
import { nameOf } from './resolve.ts';

/** In one request; a member that holds more asks again. */
export const PARTITIONS_MAX = 1_000;
const LEADER_EPOCH_MAX = 2 ** 31 - 1;

const invalid = (message: string): KafkaError => new KafkaError('INVALID_REQUEST', message);

/** @throws KafkaError INVALID_REQUEST when there are too many, or one is named twice. */
export function checkPartitions(partitions: readonly TopicPartition[]): void {
  if (partitions.length > PARTITIONS_MAX) {
    throw invalid(`${partitions.length} partitions in one request, above the limit of ${PARTITIONS_MAX}.`);
  }
  const names = new Set<string>();
  for (const named of partitions) {
    if (names.has(nameOf(named))) throw invalid(`Partition ${nameOf(named)} is named twice.`);
    names.add(nameOf(named));
  }
}

/**
 * What can be told of offsets by themselves. One beyond the end of its log is accepted, as by Kafka.
 * @throws KafkaError INVALID_REQUEST, OFFSET_METADATA_TOO_LARGE.
 */
export function checkOffsets(offsets: readonly OffsetToCommit[], metadataBytesMax: number): void {
  checkPartitions(offsets);
  for (const named of offsets) {
    const { offset, leaderEpoch, metadata = '' } = named;
    if (!Number.isSafeInteger(offset) || offset < 0) {
      throw invalid(`Offset ${offset} of ${nameOf(named)} has to be a whole number from 0.`);
    }
    const isEpoch =
      Number.isInteger(leaderEpoch) && Number(leaderEpoch) >= 0 && Number(leaderEpoch) <= LEADER_EPOCH_MAX;
    if (leaderEpoch !== undefined && !isEpoch) {
      throw invalid(
        `Leader epoch ${leaderEpoch} of ${nameOf(named)} has to be a whole number from 0 to 2^31 - 1.`,
      );
    }
    const bytes = Buffer.byteLength(metadata);
    if (bytes > metadataBytesMax) {
      throw new KafkaError(
        'OFFSET_METADATA_TOO_LARGE',
        `The metadata of ${nameOf(named)} has ${bytes} bytes, above the limit of ${metadataBytesMax} (offset.metadata.max.bytes).`,
      );
    }
  }
}
