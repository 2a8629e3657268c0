import type { ReadRecord } from '../../log/batches.ts';

/** A count that grows with everything that is written down, so that "ended before the other began" can be told. */
export type Instant = number;

/** One batch that a client wanted to have in the log, from when it first sent it to when it knew what became of it. */
export interface Write {
  readonly client: string;
  readonly partition: number;
  /** One a record; no other record of the run has one of them. */
  readonly values: readonly string[];
  readonly timestamp: number;
  /** Whom it was sent to, when it is known: a process keeps the order in which a client's batches reach it. */
  process?: string;
  readonly producer?: { readonly id: number; readonly epoch: number; readonly sequence: number };
  readonly begun: Instant;
  ended: Instant;
  outcome: WriteOutcome;
}

export type WriteOutcome =
  /** Acknowledged, from offset `base` on; a repeat of long ago may have none. */
  | { readonly kind: 'ok'; readonly base: number | undefined }
  /** Refused: it must stand nowhere. */
  | { readonly kind: 'failed'; readonly error: string }
  /** No answer, or one that does not tell. */
  | { readonly kind: 'unknown' };

/** One fetch. */
export interface Poll {
  readonly client: string;
  readonly partition: number;
  readonly offset: number;
  readonly begun: Instant;
  readonly ended: Instant;
  readonly outcome: PollOutcome;
}

export type PollOutcome =
  | { readonly kind: 'ok'; readonly records: readonly ReadRecord[]; readonly highWatermark: number }
  | { readonly kind: 'failed'; readonly error: string; readonly message: string };

/** One look-up of the first offset at a time. */
export interface TimeLookUp {
  readonly client: string;
  readonly partition: number;
  readonly timestamp: number;
  readonly begun: Instant;
  readonly found: { readonly offset: number; readonly timestamp: number } | undefined;
}

/** Retention asked for a new log start offset. */
export interface Advance {
  readonly partition: number;
  readonly to: number;
  readonly begun: Instant;
  /** When it was known to be done; for ever, when it was not. */
  ended: Instant;
}

/** A partition as it was found at the very end, all records of its index included. */
export interface FinalLog {
  readonly partition: number;
  readonly start: number;
  readonly next: number;
  readonly records: readonly ReadRecord[];
}

/** What all clients saw. */
export interface History {
  readonly writes: readonly Write[];
  readonly polls: readonly Poll[];
  readonly lookUps: readonly TimeLookUp[];
  readonly advances: readonly Advance[];
  readonly logs: readonly FinalLog[];
}

export const NEVER: Instant = Number.POSITIVE_INFINITY;
