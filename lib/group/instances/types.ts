import type { Offset } from '../../kafka/types.ts';
import type { Subscription } from '../group.ts';
import type { CommittedOffset, OffsetToCommit, TopicPartition } from '../types.ts';

/** How records are shown to whoever reads an instance. */
export type RecordFormat = 'binary' | 'json';

/** Where a partition begins that nothing is committed for, or whose position is not in its log (any more). */
export type OffsetReset = 'earliest' | 'latest' | 'none';

export interface InstanceConfig {
  readonly format: RecordFormat;
  readonly autoOffsetReset: OffsetReset;
  /** Commit by itself what earlier reads returned. */
  readonly autoCommit: boolean;
  /** A read waits for so many bytes of record batches; `undefined`: until it is full, or its time is over. */
  readonly fetchMinBytes: number | undefined;
  /** How long a read that does not say waits; `consumer.request.timeout.ms` of the broker when `undefined`. */
  readonly requestTimeoutMs: number | undefined;
}

/** What a read found in one partition. */
export interface FetchedPartition extends TopicPartition {
  /** The first record wanted: the first batch may begin below it. */
  readonly from: Offset;
  /** One at least. Do not write into them: they are shared with a cache. */
  readonly batches: readonly Uint8Array[];
  /** Where its log ended when the read began. */
  readonly highWatermark: Offset;
}

/** What goes out of what a read found. */
export interface Taken<Answer> {
  readonly answer: Answer;
  /** The offset behind what goes out of each partition, in the order in which they were given. */
  readonly next: readonly Offset[];
}

/** Hears of all topics that an instance reads. Rejects when the caller may not. */
export type CheckTopics = (topicNames: readonly string[]) => Promise<void>;

export interface InstanceRead<Answer> {
  /** Whether the answer may be in this format. */
  readonly accepts: (format: RecordFormat) => boolean;
  /** Bytes of record batches; one batch comes at least. */
  readonly maxBytes: number;
  /** How long to wait for records; `undefined`: as the instance says. */
  readonly timeoutMs: number | undefined;
  /** Aborts when nobody waits for the answer any more: then nothing counts as read. */
  readonly signal: AbortSignal;
  /** Rejects when whoever reads may not read one of these topics; then nothing of any is read. @default he may all */
  readonly checkTopics?: CheckTopics | undefined;
  /** Turns what was found into an answer. May be asked again, when another request was faster. */
  readonly take: (fetched: readonly FetchedPartition[], format: RecordFormat) => Taken<Answer>;
}

/**
 * Consumer instances of Confluent's REST Proxy v2: consumers that live in the metadata store, so that any process can
 * speak for them. A subscribed one is a member of its group; one that assigned partitions to itself is not.
 *
 * Expected failures are KafkaErrors, as of ConsumerGroups, and InstanceErrors: NOT_FOUND of each call but `create`, and
 * those that stand at each. What many requests want of one instance at once is COORDINATOR_LOAD_IN_PROGRESS.
 */
export interface ConsumerInstances {
  /**
   * @param name Made up when absent.
   * @returns its name.
   * @throws InstanceError NAME_TAKEN.
   */
  create(groupId: string, name: string | undefined, config: InstanceConfig): Promise<string>;

  /** Commits, where it does so by itself, and leaves the group. */
  delete(groupId: string, name: string): Promise<void>;

  /** In the place of an earlier subscription of its kind; one to nothing ends it. @throws InstanceError ILLEGAL_STATE. */
  subscribe(groupId: string, name: string, subscription: Subscription): Promise<void>;

  /** Names of topics, those that a pattern matches now included. */
  subscription(groupId: string, name: string): Promise<string[]>;

  /** Ends a subscription or an assignment. */
  unsubscribe(groupId: string, name: string): Promise<void>;

  /**
   * In the place of an earlier assignment; one of nothing ends it.
   * @throws InstanceError ILLEGAL_STATE; KafkaError UNKNOWN_TOPIC_OR_PARTITION.
   */
  assign(groupId: string, name: string, partitions: readonly TopicPartition[]): Promise<void>;

  /** What it reads: what it was assigned, or what its group had given it at its last read. */
  assignment(groupId: string, name: string): Promise<TopicPartition[]>;

  /**
   * Reads on from its positions, and moves them behind what goes out before it answers: of two reads at once no record
   * goes to both. Waits while there is less than `fetchMinBytes`.
   *
   * @throws InstanceError ILLEGAL_STATE without a subscription or an assignment, FORMAT_MISMATCH; KafkaError
   *   OFFSET_OUT_OF_RANGE where `autoOffsetReset` is none; what `take` throws.
   */
  read<Answer>(groupId: string, name: string, read: InstanceRead<Answer>): Promise<Answer>;

  /**
   * @param offsets All positions when absent.
   * @param checkTopics Rejects when whoever commits may not do so for one of these topics, where none is named.
   * @throws InstanceError ILLEGAL_STATE when a partition is not its own, and then nothing is committed; KafkaError as
   *   `ConsumerGroups.commitOffsets`.
   */
  commit(
    groupId: string,
    name: string,
    offsets: readonly OffsetToCommit[] | undefined,
    checkTopics?: CheckTopics,
  ): Promise<void>;

  /** What the group has committed, whoever did. */
  committed(groupId: string, name: string, partitions: readonly TopicPartition[]): Promise<CommittedOffset[]>;

  /** Reads on from other offsets. @throws InstanceError ILLEGAL_STATE when a partition is not its own. */
  seek(
    groupId: string,
    name: string,
    positions: readonly (TopicPartition & { readonly offset: Offset })[],
  ): Promise<void>;

  /**
   * The same to where the logs begin or end now; all partitions of its own when none is named.
   * @param checkTopics Rejects when whoever seeks may not do so in one of these topics, where none is named.
   */
  seekTo(
    groupId: string,
    name: string,
    end: 'beginning' | 'end',
    partitions: readonly TopicPartition[],
    checkTopics?: CheckTopics,
  ): Promise<void>;

  /** From now on reads answer at once with what there is; for a shutdown that lets requests finish. */
  endWaits(): void;

  /** Resolves when what was accepted so far is over. */
  idle(): Promise<void>;

  /** Ends all waits, lets what was accepted finish, and accepts no more. */
  close(): Promise<void>;
}
