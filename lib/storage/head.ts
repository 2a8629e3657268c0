import type { Epoch, Offset } from '../kafka/types.ts';

/** Names a partition: topics' names never enter a key, so a topic made again is another topic. */
export interface PartitionKey {
  readonly topicId: string;
  readonly partition: number;
}

/** A fresh name for one attempt to append: 8 bytes as 11 characters of base64url. */
export type AppendId = string;

/** A ULID. Objects and barriers are compared as strings; '' stands before all of them. */
export type ObjectId = string;

/** One append that has not left the head yet. What `entry` says is the log's business, not the store's. */
export interface HeadEntry {
  readonly appendId: AppendId;
  readonly base: Offset;
  readonly entry: Uint8Array;
}

/**
 * The one item that sequences a partition: `start <= next`, `compacted <= tail <= next`. Entries stand in the
 * order of their bases. A producer's state is opaque here and compared byte for byte; it is keyed by the
 * producer id in decimal.
 */
export interface Head {
  readonly leader: number;
  readonly epoch: Epoch;
  readonly start: Offset;
  readonly compacted: Offset;
  readonly tail: Offset;
  readonly next: Offset;
  readonly entries: readonly HeadEntry[];
  readonly producers: ReadonlyMap<string, Uint8Array>;
  /** Grows when producers leave the head, so that "not in the head" can be told from "not yet seen". */
  readonly evictions: number;
  readonly swaps: number;
  /** Garbage collection has passed every object whose id is not above this. */
  readonly barrier: ObjectId;
  /** Marked by `kill`: the topic is gone, and every operation but reading is refused. */
  readonly deleted: boolean;
}

/** What a producer's state must have been, and what it becomes. */
export interface ProducerUpdate {
  readonly producerId: string;
  readonly state: Uint8Array;
  /** The state that the head must hold, or, for a producer that it does not hold, the evictions counted. */
  readonly seen: Uint8Array | { readonly absentAtEvictions: number };
}

/** One conditional update of one head (the conditions are I2, I5 and I6 of docs/architecture.md). */
export interface HeadAppend {
  readonly partition: PartitionKey;
  readonly appendId: AppendId;
  readonly epoch: Epoch;
  /** How many offsets it takes, at least 1. */
  readonly count: number;
  readonly entry: Uint8Array;
  readonly objectId: ObjectId;
  readonly producers: readonly ProducerUpdate[];
}

/** A small intake object, kept as an item instead of in the object store. */
export interface InlineIntake {
  readonly objectId: ObjectId;
  readonly data: Uint8Array;
}

export interface HeadTrim {
  readonly partition: PartitionKey;
  readonly from: Offset;
  readonly to: Offset;
  /** The entries of page `i#<from>`; those that the head does not hold are passed over. */
  readonly remove: readonly AppendId[];
  /** Producers whose state was written to an item of its own, each with the state that was written. */
  readonly evict: readonly { readonly producerId: string; readonly written: Uint8Array }[];
}

export interface HeadLead {
  readonly partition: PartitionKey;
  readonly to: number;
  readonly seen: Epoch;
}

/** Done with the head as it then was, or refused with the head as it is (`undefined`: there is none). */
export type HeadOutcome =
  | { readonly kind: 'done'; readonly head: Head }
  | { readonly kind: 'refused'; readonly head: Head | undefined };
