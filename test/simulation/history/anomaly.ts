/**
 * What a history shows and Kafka never does. Names are those of Jepsen's Kafka workload, where it has one; the last
 * ones are promises of this log that it does not look at.
 */
export type AnomalyName =
  /** An acknowledged record stands nowhere. */
  | 'lost write'
  /** A record stands at two offsets. */
  | 'duplicate'
  /** A record that was refused was read, or stands in the log. */
  | 'aborted read'
  /** A record that nobody sent. */
  | 'phantom'
  /** An offset that names two records. */
  | 'inconsistent offset'
  /** A record stands before one that was acknowledged before it was sent, or before one of its producer's earlier ones. */
  | 'nonmonotonic send'
  /** A reader was not given the offset that comes next after what it had, or that it asked for. */
  | 'poll skip'
  /** One answer has a hole. */
  | 'int poll skip'
  /** A reader was given offsets below those that it asked for. */
  | 'nonmonotonic poll'
  /** The offsets of one answer do not ascend. */
  | 'int nonmonotonic poll'
  /** A log that ends before a place where it was known to reach. */
  | 'stale high watermark'
  /** An answer from below the log start offset, or a refusal of an offset that is readable (I7). */
  | 'wrong range'
  | 'wrong time'
  /** An error that no fault explains. */
  | 'unexpected error';

/** Hears of every anomaly. */
export type Report = (name: AnomalyName, fact: string) => void;
