import { KafkaError } from '../../kafka/errors.ts';
import type { Group, Member } from '../group.ts';
import type { TopicPartitions } from '../topic-partitions.ts';
import type { OwnedTopic } from '../types.ts';

/** Stands before the name of a topic that the group does not know, in the place of an id: no id begins with it. */
const UNKNOWN = '?';

/**
 * What a member says that it owns, by topic id. A name means the topic that the member holds under it: one that was
 * deleted and made again is another, which it has still to hear of.
 *
 * @throws KafkaError INVALID_REQUEST for a topic that is not named.
 */
export function resolveOwned(
  group: Group,
  member: Member,
  owned: readonly OwnedTopic[] | undefined,
): TopicPartitions | undefined {
  if (owned === undefined) return undefined;
  const idOf = new Map<string, string>();
  for (const [topicId, { name }] of group.topics) {
    const isHeld = member.assigned.has(topicId) || member.revoking.has(topicId);
    if (isHeld || !idOf.has(name)) idOf.set(name, topicId);
  }
  const resolved = new Map<string, Set<number>>();
  for (const { topicId, topicName, partitions } of owned) {
    if (topicId === undefined && topicName === undefined) {
      throw new KafkaError(
        'INVALID_REQUEST',
        `Member ${member.memberId} owns partitions of no topic: name it.`,
      );
    }
    const id = topicId ?? idOf.get(topicName ?? '') ?? UNKNOWN + topicName;
    if (partitions.length === 0) continue;
    const numbers = resolved.get(id) ?? new Set();
    for (const partition of partitions) numbers.add(partition);
    resolved.set(id, numbers);
  }
  return resolved;
}
