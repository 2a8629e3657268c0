import type { Topic } from '../../cluster/types.ts';
import { KafkaError } from '../../kafka/errors.ts';
import { partitionId } from '../../log/partition-id.ts';
import type { HeartbeatAnswer, OwnedTopic } from '../types.ts';
import { PARTITIONS_MAX } from './deps.ts';
import { type Held, type Holdings, holdingsOf, type Instance, NOTHING_HELD } from './instance.ts';

export interface Followed {
  /** The very same object when nothing has changed. */
  readonly instance: Instance;
  /** What it has to let go of. */
  readonly lost: readonly Held[];
}

/** What is new begins at the committed offset. */
const begun = (topicId: string, topic: string, partition: number, since: number): Held => ({
  topicId,
  topic,
  partition,
  since,
  position: undefined,
  committed: undefined,
});

/**
 * What the answer to a member's heartbeat makes of its instance: it has all that it may own, with the positions of what
 * it had already, and begins anew with what it gets.
 *
 * @throws KafkaError INVALID_REQUEST when that is more than one instance reads.
 */
export function followAnswer(instance: Instance, { memberEpoch, assignment }: HeartbeatAnswer): Followed {
  const { reads, held } = instance;
  if (reads.kind !== 'subscription')
    throw new Error('assertion failed: only a subscribed instance has a member');
  const given =
    assignment?.flatMap(({ topicId, topicName, partitions }) =>
      partitions.map((partition) => begun(topicId, topicName, partition, memberEpoch)),
    ) ?? [];
  const next = assignment === undefined ? held : keepBegun(held, given);
  if (next === held && memberEpoch === reads.member.memberEpoch) return { instance, lost: [] };
  const lost = held
    .values()
    .filter((each) => !next.has(partitionId(each)))
    .toArray();
  const member = { ...reads.member, memberEpoch };
  return { instance: { ...instance, reads: { ...reads, member }, held: next }, lost };
}

/** The instance as it joins again: it has lost everything. The very same object when it has only just been made. */
export function withoutMembership(instance: Instance): Instance {
  const { reads, held } = instance;
  if (reads.kind !== 'subscription' || (reads.member.memberEpoch === 0 && held.size === 0)) return instance;
  const member = { ...reads.member, memberEpoch: 0 };
  return { ...instance, reads: { ...reads, member }, held: NOTHING_HELD };
}

/**
 * The instance with those of its assigned partitions that there are. A topic that was deleted and made again is another
 * one, and begins anew.
 *
 * @param topics What each topic name means; names of topics that are gone are left out.
 */
export function followTopics(instance: Instance, topics: ReadonlyMap<string, Topic>): Instance {
  const { reads } = instance;
  if (reads.kind !== 'assignment') return instance;
  const given = reads.partitions.flatMap(({ topic: name, partition }) => {
    const topic = topics.get(name);
    return topic !== undefined && partition < topic.partitionCount
      ? [begun(topic.id, name, partition, 0)]
      : [];
  });
  const held = keepBegun(instance.held, given);
  return held === instance.held ? instance : { ...instance, held };
}

/** What a member owns, as its heartbeat reports it. */
export function ownedTopics(held: Holdings): OwnedTopic[] {
  return Array.from(
    Map.groupBy(held.values(), ({ topicId }) => topicId),
    ([topicId, partitions]) => ({ topicId, partitions: partitions.map(({ partition }) => partition) }),
  );
}

/** `given`, each as it was held before where it was. The very same object when all were, and nothing else. */
function keepBegun(held: Holdings, given: readonly Held[]): Holdings {
  if (given.length > PARTITIONS_MAX) {
    throw new KafkaError(
      'INVALID_REQUEST',
      `${given.length} partitions are more than one instance reads (${PARTITIONS_MAX}): add instances to its group.`,
    );
  }
  const isSame = given.length === held.size && given.every((each) => held.has(partitionId(each)));
  return isSame ? held : holdingsOf(given.map((each) => held.get(partitionId(each)) ?? each));
}
