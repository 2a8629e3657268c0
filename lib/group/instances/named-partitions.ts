import type { TopicRegistry } from '../../cluster/types.ts';
import { asOffset } from '../../kafka/types.ts';
import { resolvePartitions } from '../offsets/resolve.ts';
import type { OffsetToCommit, TopicPartition } from '../types.ts';
import type { PositionToCommit } from './commit-positions.ts';
import { stillThere } from './find-topics.ts';
import { type Held, heldByName, type Instance } from './instance.ts';
import { type InstanceError, illegalState } from './instance-error.ts';

/**
 * What the instance holds of these partitions, in their order.
 * @throws InstanceError ILLEGAL_STATE for one that it does not hold; KafkaError UNKNOWN_TOPIC_OR_PARTITION for one that
 *   there is not.
 */
export async function heldOf(
  topics: TopicRegistry,
  instance: Instance,
  named: readonly TopicPartition[],
): Promise<Held[]> {
  const find = heldByName(instance);
  const missing = named.find((each) => find(each) === undefined);
  if (missing !== undefined) throw await notHeld(topics, missing);
  return named.flatMap((each) => find(each) ?? []);
}

/** @throws as `heldOf`; KafkaError UNKNOWN_TOPIC_OR_PARTITION also for what it holds of a topic that is gone. */
export async function positionsToCommit(
  topics: TopicRegistry,
  instance: Instance,
  offsets: readonly OffsetToCommit[],
): Promise<PositionToCommit[]> {
  const held = await heldOf(topics, instance, offsets);
  const there = new Set(await stillThere(topics, held));
  const gone = held.find((each) => !there.has(each));
  if (gone !== undefined) throw await notHeld(topics, gone);
  return held.map((each, index) => ({
    held: each,
    offset: asOffset(offsets[index]?.offset ?? 0),
    metadata: offsets[index]?.metadata,
  }));
}

/** Kafka's words, of a consumer that seeks. @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION when there is no such partition. */
async function notHeld(topics: TopicRegistry, named: TopicPartition): Promise<InstanceError> {
  await resolvePartitions(topics, [named]);
  return illegalState(`No current assignment for partition ${named.topic}-${named.partition}.`);
}
