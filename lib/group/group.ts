import type { AssignorName } from './assignors/index.ts';
import type { Owned } from './owned.ts';
import { type PatternKey, patternKeyOf } from './pattern-key.ts';
import type { TopicPartitions } from './topic-partitions.ts';

/** What a member wants to read: topics by name, by pattern, or both. */
export interface Subscription {
  /** In their order, each once. */
  readonly topicNames: readonly string[];
  /** In RE2's syntax, for whole names. */
  readonly pattern: string | undefined;
  /** Whose pattern it is: it leads only to topics that this principal may DESCRIBE. Absent where nobody asks for that. */
  readonly principal?: string | undefined;
}

export interface Member {
  readonly memberId: string;
  readonly instanceId: string | undefined;
  readonly rackId: string | undefined;
  readonly clientId: string | undefined;
  /** The group epoch up to which it has followed; -2 for a static member that has left for a while. */
  readonly epoch: number;
  /** The one before, because the answer that told the present one may have been lost. */
  readonly previousEpoch: number;
  readonly subscription: Subscription;
  readonly assignor: AssignorName | undefined;
  readonly rebalanceTimeoutMs: number;
  readonly sessionTimeoutMs: number;
  /** When it joined, in milliseconds since 1970: as good as a heartbeat. */
  readonly joinedMs: number;
  /** What it may own. */
  readonly assigned: Owned;
  /** What it owned and shall let go of; nobody else gets it before it has. */
  readonly revoking: Owned;
  /** Since when it has been asked to; `undefined` when there is nothing to revoke. */
  readonly revokingSinceMs: number | undefined;
  /** What it shall own in the end. */
  readonly target: TopicPartitions;
}

export interface GroupTopic {
  readonly name: string;
  /** 0 of a topic that is gone, or not subscribed to any more, and that some member has still to let go of. */
  readonly partitionCount: number;
}

/** A consumer group: what its one item holds. Targets always are those of the present epoch. */
export interface Group {
  /** Made up when the group is: what an earlier group of its name committed does not count. */
  readonly generation: string;
  /** Grows with every change of members, subscriptions or topics; at or above every epoch at which anybody got a partition, and above all when it has no members. */
  readonly epoch: number;
  /** The topics that members subscribe to, by id, as far as they exist; and those that they have to let go of. */
  readonly topics: ReadonlyMap<string, GroupTopic>;
  /** Ids of the topics that each pattern leads to. */
  readonly matches: ReadonlyMap<PatternKey, ReadonlySet<string>>;
  readonly members: ReadonlyMap<string, Member>;
  /** Since when there have been no members, in milliseconds since 1970; `undefined` while there are. */
  readonly emptySinceMs: number | undefined;
}

/** A group that nobody has joined yet. */
export function newGroup(generation: string, nowMs: number): Group {
  return {
    generation,
    epoch: 0,
    topics: new Map(),
    matches: new Map(),
    members: new Map(),
    emptySinceMs: nowMs,
  };
}

/** The group with this member as it is now. */
export function withMember(group: Group, member: Member): Group {
  return { ...group, members: new Map(group.members).set(member.memberId, member) };
}

/** Ids of the topics that a subscription leads to. */
export function subscribedTopicIds(group: Group, subscription: Subscription): ReadonlySet<string> {
  const names = new Set(subscription.topicNames);
  const key = patternKeyOf(subscription);
  const ids = new Set(key === undefined ? [] : group.matches.get(key));
  for (const [topicId, { name }] of group.topics) if (names.has(name)) ids.add(topicId);
  return ids;
}
