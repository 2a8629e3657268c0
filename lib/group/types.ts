import type { Epoch, Offset } from '../kafka/types.ts';
import type { AssignorName } from './assignors/index.ts';

/** Epochs that say what a heartbeat is, as in Kafka's ConsumerGroupHeartbeat. */
export const JOIN_EPOCH = 0;
export const LEAVE_EPOCH = -1;
/** A static member leaves for a while: its partitions wait for it until its session is over. */
export const LEAVE_STATIC_EPOCH = -2;

/** Partitions of a topic that a member says it owns; one of id and name tells which topic. */
export interface OwnedTopic {
  readonly topicId?: string | undefined;
  readonly topicName?: string | undefined;
  readonly partitions: readonly number[];
}

/** The fields of Kafka's ConsumerGroupHeartbeatRequest (KIP-848, KIP-1082). What is absent has not changed. */
export interface Heartbeat {
  /** Made up by the member, and kept by it for its whole life: so a repeated join is not a second member. */
  readonly memberId: string;
  /** 0 joins, -1 leaves, -2 leaves for a while (static members); anything else is what the last answer said. */
  readonly memberEpoch: number;
  /** `group.instance.id` of a static member, in each of its heartbeats. */
  readonly instanceId?: string | undefined;
  readonly rackId?: string | undefined;
  /** Only shown. */
  readonly clientId?: string | undefined;
  /** How long it may take to let go of partitions. */
  readonly rebalanceTimeoutMs?: number | undefined;
  readonly subscribedTopicNames?: readonly string[] | undefined;
  /** In RE2's syntax; has to match a whole name. '' ends a subscription by pattern. */
  readonly subscribedTopicRegex?: string | undefined;
  /** Who speaks for the member; its pattern leads only to topics that this principal may DESCRIBE. */
  readonly principal?: string | undefined;
  readonly serverAssignor?: string | undefined;
  /** What it owns now, all of it. */
  readonly ownedPartitions?: readonly OwnedTopic[] | undefined;
  /** Instead of `group.consumer.session.timeout.ms`; for members that the broker itself speaks for. */
  readonly sessionTimeoutMs?: number | undefined;
}

export interface AssignedTopic {
  readonly topicId: string;
  readonly topicName: string;
  /** Ascending. */
  readonly partitions: readonly number[];
}

export interface HeartbeatAnswer {
  readonly memberId: string;
  readonly memberEpoch: number;
  readonly heartbeatIntervalMs: number;
  /** All that the member may own now; `undefined` when that is just what it said that it owns, and when it leaves. */
  readonly assignment: readonly AssignedTopic[] | undefined;
}

/** Who speaks about a group's offsets: a member of it, or, without one, somebody who assigns partitions to himself. */
export interface MemberName {
  readonly memberId: string;
  readonly memberEpoch: number;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface OffsetToCommit extends TopicPartition {
  readonly offset: number;
  readonly leaderEpoch?: number | undefined;
  /** Whatever the committer likes to keep with it; at most `offset.metadata.max.bytes`. */
  readonly metadata?: string | undefined;
}

export interface CommittedOffset extends TopicPartition {
  /** `undefined` when none is committed. */
  readonly offset: Offset | undefined;
  readonly leaderEpoch: Epoch | undefined;
  readonly metadata: string;
  /** Milliseconds since 1970, by the clock of the process that took the commit. */
  readonly committedMs: number | undefined;
}

/** Kafka's words for what a group is doing. */
export type GroupState = 'Empty' | 'Reconciling' | 'Stable';

/** Kafka's words for what a member is doing (KIP-848). */
export type MemberState = 'STABLE' | 'UNREVOKED_PARTITIONS' | 'UNRELEASED_PARTITIONS';

export interface GroupListing {
  readonly groupId: string;
  readonly state: GroupState;
  readonly memberCount: number;
  /** It never had members: somebody commits offsets for partitions that he assigned to himself. */
  readonly isSimple: boolean;
  readonly assignor: AssignorName;
}

export interface MemberDescription {
  readonly memberId: string;
  readonly instanceId: string | undefined;
  readonly clientId: string | undefined;
  readonly rackId: string | undefined;
  readonly memberEpoch: number;
  readonly state: MemberState;
  readonly subscribedTopicNames: readonly string[];
  readonly subscribedTopicRegex: string | undefined;
  /** What it may own, revocations that it has not confirmed included. */
  readonly assignment: readonly AssignedTopic[];
  readonly targetAssignment: readonly AssignedTopic[];
}

export interface GroupDescription extends GroupListing {
  readonly groupEpoch: number;
  /** In the order of their ids. */
  readonly members: readonly MemberDescription[];
}

/** How far a group is behind in one partition that it committed an offset for, or that a member owns. */
export interface PartitionLag extends TopicPartition {
  readonly currentOffset: Offset | undefined;
  readonly logEndOffset: Offset;
  /** Records behind the committed offset; `undefined` without one. */
  readonly lag: number | undefined;
  readonly owner: MemberDescription | undefined;
}

/** Where a reset leads to, in each partition. */
export type ResetTo =
  | { readonly kind: 'earliest' }
  | { readonly kind: 'latest' }
  /** The first record at or after a time, in milliseconds since 1970; the end when there is none. */
  | { readonly kind: 'timestamp'; readonly timestampMs: number }
  /** So many records on, or back, from the committed offset. */
  | { readonly kind: 'shift'; readonly by: number }
  | { readonly kind: 'offset'; readonly offset: number };

export interface OffsetReset {
  /** All partitions of a topic where no partition is named. */
  readonly partitions: readonly { readonly topic: string; readonly partition?: number | undefined }[];
  readonly to: ResetTo;
  /** Tell what would be, and change nothing. */
  readonly dryRun?: boolean | undefined;
}

export interface ResetOffset extends TopicPartition {
  readonly offset: Offset;
}

/**
 * The consumer groups of a cluster (KIP-848), coordinated by conditional writes alone: any process answers any member.
 * Expected failures are KafkaErrors: INVALID_GROUP_ID, INVALID_REQUEST, KAFKA_STORAGE_ERROR, REQUEST_TIMED_OUT and
 * COORDINATOR_LOAD_IN_PROGRESS of any call, and those that stand at each.
 */
export interface ConsumerGroups {
  /**
   * @throws KafkaError UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, UNRELEASED_INSTANCE_ID, FENCED_INSTANCE_ID,
   *   GROUP_MAX_SIZE_REACHED, GROUP_ID_NOT_FOUND, UNSUPPORTED_ASSIGNOR, INVALID_REGULAR_EXPRESSION,
   *   INVALID_TOPIC_EXCEPTION.
   */
  heartbeat(groupId: string, heartbeat: Heartbeat): Promise<HeartbeatAnswer>;

  /**
   * Commits offsets, all of them unless one is refused by what it is; what a member lost meanwhile is refused for
   * itself, and the rest of the request may then stand.
   *
   * @param member Absent for partitions that nobody assigned: only while the group has no members.
   * @throws KafkaError UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH, UNKNOWN_TOPIC_OR_PARTITION, OFFSET_METADATA_TOO_LARGE.
   */
  commitOffsets(
    groupId: string,
    member: MemberName | undefined,
    offsets: readonly OffsetToCommit[],
  ): Promise<void>;

  /**
   * The committed offsets, in the order of `partitions`; all that the group committed when that is absent. A member
   * that asks for partitions of its own thereby shuts out their former owners: their commits are refused from then on.
   *
   * @throws KafkaError UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH, UNKNOWN_TOPIC_OR_PARTITION.
   */
  fetchOffsets(
    groupId: string,
    member: MemberName | undefined,
    partitions: readonly TopicPartition[] | undefined,
  ): Promise<CommittedOffset[]>;

  /** In the order of their names. */
  list(): Promise<GroupListing[]>;

  /** @throws KafkaError GROUP_ID_NOT_FOUND. */
  describe(groupId: string): Promise<GroupDescription>;

  /** In the order of topics and partitions. @throws KafkaError GROUP_ID_NOT_FOUND. */
  lags(groupId: string): Promise<PartitionLag[]>;

  /** Deletes the group and its offsets. @throws KafkaError GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP. */
  delete(groupId: string): Promise<void>;

  /**
   * Moves committed offsets. What lies outside of a log is brought to its nearer end, as by Kafka's tool.
   * @throws KafkaError NON_EMPTY_GROUP, UNKNOWN_TOPIC_OR_PARTITION; GROUP_ID_NOT_FOUND for a shift.
   */
  resetOffsets(groupId: string, reset: OffsetReset): Promise<ResetOffset[]>;

  /** Resolves when what was accepted is done, with all that goes on behind its answers. */
  idle(): Promise<void>;

  /** Lets what was accepted finish, and accepts no more. */
  close(): Promise<void>;
}
