import type { CommonStory } from './common-story.ts';

/** Everything that one run of the log is made of. */
export interface Story extends CommonStory {
  readonly partitions: number;
  readonly actors: readonly Actor[];
}

/** Somebody who does one act after the other. */
export type Actor =
  | { readonly kind: 'plain producer'; readonly name: string; readonly acts: readonly SendAct[] }
  | {
      readonly kind: 'idempotent producer';
      readonly name: string;
      readonly producerId: number;
      readonly acts: readonly (SendAct | NewEpochAct)[];
    }
  | { readonly kind: 'keyed producer'; readonly name: string; readonly acts: readonly KeyedAct[] }
  | {
      readonly kind: 'reader';
      readonly name: string;
      readonly partition: number;
      readonly acts: readonly ReadAct[];
    }
  | { readonly kind: 'operator'; readonly name: string; readonly acts: readonly OperatorAct[] };

interface Paused {
  /** Before the act. */
  readonly pauseMs: number;
}

/** One append of one batch or several, each with so many records. */
export interface SendAct extends Paused {
  readonly act: 'send';
  readonly partition: number;
  readonly counts: readonly number[];
  readonly timestamp: number;
  /** Which of the processes of the leader is asked, or, astray, which of all. */
  readonly process: number;
  readonly isAstray: boolean;
  readonly answerWithinMs: number;
  /** Whether a plain producer waits for the answer before it goes on. */
  readonly isAwaited: boolean;
  /** Whether the batches that an idempotent producer has in flight go to different processes. */
  readonly isSpread: boolean;
}

/** One request under an idempotency key, with the same counts for each of some partitions. */
export interface KeyedAct
  extends Pick<SendAct, 'counts' | 'timestamp' | 'process' | 'isAstray' | 'answerWithinMs'>,
    Paused {
  readonly act: 'send under a key';
  readonly partitions: readonly number[];
  /** Whether it goes to two processes at once, and each time to others. */
  readonly isSpread: boolean;
}

/** The producer begins anew under a higher epoch, whatever became of its batches. */
export interface NewEpochAct extends Paused {
  readonly act: 'new epoch';
}

export type ReadAct = Paused & { readonly process: number } & (
    | { readonly act: 'poll'; readonly maxBytes: number; readonly maxWaitMs: number }
    /** To somewhere between where the reader is (1) and the beginning (0). */
    | { readonly act: 'seek'; readonly to: number }
    | { readonly act: 'look up a time'; readonly timestamp: number }
  );

export type OperatorAct = Paused &
  (
    | { readonly act: 'retention'; readonly partition: number; readonly fraction: number }
    | { readonly act: 'collect garbage'; readonly fraction: number }
    | { readonly act: 'lead'; readonly partition: number; readonly brokerId: number }
    | { readonly act: 'freeze'; readonly process: number; readonly ms: number }
    | { readonly act: 'crash'; readonly process: number }
  );
