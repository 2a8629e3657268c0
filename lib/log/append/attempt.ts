import type { KafkaError } from '../../kafka/errors.ts';
import type { Offset } from '../../kafka/types.ts';
import type { AppendId, Head, PartitionKey } from '../../storage/head.ts';

/**
 * One attempt to append a slice under an append id that was chosen before, with exactly the epoch of `head`. It shares
 * a flush with others and is an update of its own; what follows from its outcome is for its owner to decide.
 */
export interface Attempt {
  readonly partition: PartitionKey;
  readonly appendId: AppendId;
  readonly head: Head;
}

export type AttemptOutcome =
  /** It stands in the log. */
  | { readonly kind: 'done'; readonly base: Offset }
  /** It was not done and never will be: the same attempt may be made again. */
  | { readonly kind: 'notDone'; readonly error: unknown }
  /** It was not done, and nothing of its kind ever will be here. */
  | { readonly kind: 'failed'; readonly error: KafkaError }
  /** It may have been done, or be done yet, or somebody else may have done the same: whoever wants to know must lead. */
  | { readonly kind: 'open' };

/** An attempt in the air, and whoever waits for it. */
export interface FlyingAttempt extends Attempt {
  readonly settle: (outcome: AttemptOutcome) => void;
}
