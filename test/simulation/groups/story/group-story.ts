import type { AssignorName } from '../../../../lib/group/assignors/index.ts';
import type { ResetTo } from '../../../../lib/group/types.ts';
import type { CommonStory } from '../../story/common-story.ts';

/** Everything that one run with consumer groups is made of. */
export interface GroupStory extends CommonStory {
  readonly timing: Timing;
  /** Nobody crashes or freezes, clocks are right, and at most stores forget to answer: clients hear of success only. */
  readonly isPlacid: boolean;
  /** There from the beginning. */
  readonly topics: readonly TopicShape[];
  readonly groups: readonly GroupShape[];
  readonly actors: readonly GroupActor[];
}

export interface Timing {
  readonly heartbeatMs: number;
  readonly sessionMs: number;
  readonly rebalanceMs: number;
  /** How long offsets of a group without members are kept. */
  readonly retentionMinutes: number;
}

export interface TopicShape {
  readonly name: string;
  readonly partitions: number;
}

export interface GroupShape {
  readonly groupId: string;
  /** What its members subscribe to, unless they say otherwise. */
  readonly subscription: TopicSubscription;
  readonly ebbs: readonly Ebb[];
}

/** When most leave a group, so that it is empty for a while, and may be deleted, and made again. */
export interface Ebb {
  readonly atMs: number;
  readonly forMs: number;
}

/** Topics by name, by pattern, or both. */
export interface TopicSubscription {
  readonly names: readonly string[];
  readonly pattern?: string;
}

/** When something is done, in milliseconds from the beginning, or as soon as what came before it is done. */
interface Timed {
  readonly atMs: number;
}

export type GroupActor = SeatActor | GroupProducerActor | GroupOperatorActor;

/** Where one member of a group after the other runs, as an instance of an application is started again and again. */
export interface SeatActor {
  readonly kind: 'seat';
  readonly name: string;
  readonly groupId: string;
  /** Of all that run here, where the instance is static. */
  readonly instanceId: string | undefined;
  readonly assignor: AssignorName | undefined;
  /** Whether each of its requests goes to another process. */
  readonly isRoaming: boolean;
  /** How long it waits between two rounds of polls. */
  readonly pollEveryMs: number;
  /** Whether it begins at the start of each partition, and only looks how far the group has come. */
  readonly isBlind: boolean;
  /** How often it commits after a round. */
  readonly commitRate: number;
  readonly answerWithinMs: number;
  readonly acts: readonly SeatAct[];
}

export type SeatAct = Timed &
  (
    | { readonly act: 'join'; readonly subscription: TopicSubscription }
    | { readonly act: 'subscribe'; readonly subscription: TopicSubscription }
    | { readonly act: 'leave' }
    /** Leaves, a static member only for a while, and comes back as another member. */
    | { readonly act: 'restart'; readonly afterMs: number }
    | { readonly act: 'freeze'; readonly ms: number }
    /** Somebody takes it for dead and starts another one in its place; then it thaws, and goes on as if nothing had been. */
    | { readonly act: 'be replaced'; readonly thawsAfterMs: number }
    | { readonly act: 'crash' }
  );

export interface GroupProducerActor {
  readonly kind: 'producer';
  readonly name: string;
  readonly acts: readonly GroupSendAct[];
}

export interface GroupSendAct extends Timed {
  readonly act: 'send';
  readonly topic: string;
  /** Of the partitions that there are, modulo their number. */
  readonly partition: number;
  readonly count: number;
  readonly process: number;
}

export interface GroupOperatorActor {
  readonly kind: 'operator';
  readonly name: string;
  readonly acts: readonly GroupOperatorAct[];
}

export type GroupOperatorAct = Timed & { readonly process: number } & (
    | { readonly act: 'create topic'; readonly topic: string; readonly partitions: number }
    | { readonly act: 'add partition'; readonly topic: string }
    | { readonly act: 'reset'; readonly groupId: string; readonly topic: string; readonly to: ResetTo }
    /** Without being a member, somewhere between the log's beginning (0) and its end (1). */
    | {
        readonly act: 'commit';
        readonly groupId: string;
        readonly topic: string;
        readonly partition: number;
        readonly to: number;
      }
    | { readonly act: 'delete'; readonly groupId: string }
    | { readonly act: 'describe' | 'lags' | 'fetch all'; readonly groupId: string }
    | { readonly act: 'list' }
    | { readonly act: 'crash process' }
    | { readonly act: 'freeze process'; readonly ms: number }
  );
