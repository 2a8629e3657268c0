import type { Offset } from '../kafka/types.ts';
import type { NotDoneError, UnknownOutcomeError } from './errors.ts';
import type {
  Head,
  HeadAppend,
  HeadLead,
  HeadOutcome,
  HeadTrim,
  InlineIntake,
  ObjectId,
  PartitionKey,
} from './head.ts';
import type { Item, ItemKey, PutOp, Query, WriteOp } from './item.ts';

/** A whole flush: the inline intake, if there is one, and then one update a head. */
export interface AppendFlush {
  readonly intake?: InlineIntake;
  readonly appends: readonly HeadAppend[];
}

/** What became of one head's update. Errors are values here, because each head is decided for itself. */
export type AppendOutcome = HeadOutcome | NotDoneError | UnknownOutcomeError;

/**
 * Items under conditions, and the operations on partition heads. Reads are strongly consistent.
 *
 * `write` raises {@link RefusedError} whose `current` holds, for each op in order, the item that stands there
 * (or `undefined`); an op whose own condition held may show what stands there a moment later. Every call may raise
 * {@link NotDoneError} or {@link UnknownOutcomeError}; reads raise only the former. Head operations answer a refusal as a
 * value, with the head as it is.
 *
 * A head is made by `createHeads` and changed by head operations only. As an item it can be deleted, and its
 * absence be a condition; what `get` and `query` show of it is the home's own.
 */
export interface MetadataStore {
  /** Intake objects up to this many bytes are cheaper as an item than as an object. */
  readonly inlineBytesMax: number;

  get(key: ItemKey): Promise<Item | undefined>;

  /** The items in the order of the keys; at most 1,000 keys. */
  getMany(keys: readonly ItemKey[]): Promise<(Item | undefined)[]>;

  query(query: Query): Promise<Item[]>;

  /** Does all of the ops (1 to 100, each for another key) or none of them. */
  write(ops: readonly WriteOp[]): Promise<void>;

  getHead(partition: PartitionKey): Promise<Head | undefined>;

  getHeads(partitions: readonly PartitionKey[]): Promise<(Head | undefined)[]>;

  /** Makes an empty head (all offsets and the epoch 0) for each; one that exists is left as it is. */
  createHeads(partitions: readonly PartitionKey[], leader: number): Promise<void>;

  /**
   * Makes the inline intake durable, whatever the heads answer, before any head refers to it; then adds to
   * each head, in order:
   *
   *     next = next + count, entries[appendId] = { base: the old next, entry }, producers[id] = state
   *     IF  the head exists and is not deleted
   *     AND epoch = :epoch                                  -- I2: only under the current leader epoch
   *     AND no entry has this append id                     -- I2: once, should anything below repeat it
   *     AND barrier < :objectId                             -- I5: garbage collection has not passed the object
   *     AND for each producer: its state = :seen, or it is absent and evictions = :seen   -- I6
   *
   * One outcome a head, in the order of `appends`; two updates of one head are decided in that order, and one behind
   * another that gave no answer, or was not done, need not be tried: it is not done then. Raises
   * only when the inline intake was not kept or may not have been: then no head was touched. Where a head's
   * outcome is unknown, the intake's may be too, so whoever appends again takes the intake along again.
   */
  append(flush: AppendFlush): Promise<AppendOutcome[]>;

  /**
   * Takes entries that a page now holds, and producers that were written out, from the head:
   * `tail = to`, `evictions + 1` when producers leave. IF `tail = from` AND each evicted producer's state is
   * the one that was written.
   */
  trim(trim: HeadTrim): Promise<HeadOutcome>;

  /** Take-over, hand-over, and how a leader fences its own past: `leader = to, epoch + 1` IF `epoch = seen`. */
  lead(lead: HeadLead): Promise<HeadOutcome>;

  /** Retention: `start = to` IF `start < to` AND `next >= to`. */
  advance(partition: PartitionKey, to: Offset): Promise<HeadOutcome>;

  /** Garbage collection is about to pass: `barrier = id` IF `barrier < id`. */
  raiseBarrier(partition: PartitionKey, id: ObjectId): Promise<HeadOutcome>;

  /** Marks the head of a deleted topic; marking it again is done too. */
  kill(partition: PartitionKey): Promise<HeadOutcome>;

  /**
   * Puts `put` and deletes `remove` (segments, `s#`), and sets `compacted = to`, `swaps + 1` on the head, all
   * or nothing. The head that comes back may have been read behind it. IF `swaps = seen` AND `tail >= to` AND `barrier < segmentId`. `to` is never below `compacted`.
   */
  swap(swap: HeadSwap): Promise<HeadOutcome>;

  close(): Promise<void>;
}

/** See {@link MetadataStore.swap}; `put` and `remove` together at most 99 ops. */
export interface HeadSwap {
  readonly partition: PartitionKey;
  readonly seen: number;
  readonly to: Offset;
  readonly segmentId: ObjectId;
  readonly put: readonly Omit<PutOp, 'kind' | 'condition'>[];
  readonly remove: readonly ItemKey[];
}
