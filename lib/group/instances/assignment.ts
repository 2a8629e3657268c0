import { resolvePartitions } from '../offsets/resolve.ts';
import type { TopicPartition } from '../types.ts';
import { checkAssignment } from './check-reads.ts';
import { autoCommit } from './commit-positions.ts';
import { assign, checkAssignable } from './decide-reads.ts';
import type { InstanceDeps } from './deps.ts';
import { lookForTopics } from './look-for-topics.ts';
import type { Session } from './session.ts';
import { letGo } from './subscription.ts';

/**
 * Assigns partitions by hand. What was read of those before is committed first, where the instance does so by itself.
 * @throws KafkaError INVALID_REQUEST, UNKNOWN_TOPIC_OR_PARTITION; InstanceError ILLEGAL_STATE.
 */
export async function assignTo(
  deps: InstanceDeps,
  session: Session,
  partitions: readonly TopicPartition[],
): Promise<void> {
  checkAssignment(partitions);
  // Kafka's consumer takes it for an unsubscription, too.
  if (partitions.length === 0) return letGo(deps, session);
  checkAssignable(session.current);
  await resolvePartitions(deps.topics, partitions);
  await autoCommit(deps, session);
  session.current = assign(session.current, partitions);
  await lookForTopics(deps, session);
}

/** What the instance reads, in the order of topics and partitions. */
export function assignedPartitions({ current: { reads, held } }: Session): TopicPartition[] {
  const partitions = reads.kind === 'assignment' ? reads.partitions : Array.from(held.values());
  return partitions.map(({ topic, partition }) => ({ topic, partition }));
}
