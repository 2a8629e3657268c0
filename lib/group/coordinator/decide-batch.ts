import { KafkaError } from '../../kafka/errors.ts';
import { groupBytes } from '../codec/group-item.ts';
import { type Group, newGroup } from '../group.ts';
import type { DecideContext } from '../membership/context.ts';
import { admit, conclude, decideChanges } from '../membership/decide.ts';
import type { LastHeartbeats } from '../membership/expire.ts';
import { rebalance } from '../membership/rebalance.ts';
import type { TopicPartitions } from '../topic-partitions.ts';
import {
  type Heartbeat,
  type HeartbeatAnswer,
  JOIN_EPOCH,
  LEAVE_EPOCH,
  LEAVE_STATIC_EPOCH,
} from '../types.ts';

/** What one of the batch hears once the group is written; neither for one that was no heartbeat. */
export type Settled =
  | { readonly answer: HeartbeatAnswer | undefined; readonly error?: undefined }
  | { readonly error: KafkaError };

export interface BatchContext {
  readonly context: DecideContext;
  readonly heard: LastHeartbeats | undefined;
  /**
   * When the looks began, in milliseconds since 1970: by this, and not by a later time, members have been silent. Who was
   * stopped in between would let go of members that were heard of meanwhile.
   */
  readonly lookedMs: number;
  readonly newGeneration: () => string;
  /** Largest document of a group that anybody may join, and the largest of all. */
  readonly bytesMax: { readonly toJoin: number; readonly ever: number };
}

export interface DecidedBatch {
  /** The very same object when nothing has changed; `undefined` when there is none, and nobody joins. */
  readonly group: Group | undefined;
  /** In the order of the requests. */
  readonly settled: readonly Settled[];
}

/**
 * What heartbeats of different members make of a group. Where it would grow too large, nobody new gets in; and where even
 * that is too much, the topics stay as the group knows them.
 *
 * @throws KafkaError GROUP_MAX_SIZE_REACHED when the group fits in no way.
 */
export function decideBatch(
  group: Group | undefined,
  requests: readonly (Heartbeat | undefined)[],
  batch: BatchContext,
): DecidedBatch {
  const { bytesMax, context } = batch;
  const decided = decideAll(group, requests, batch);
  if (isWithin(decided.group, group, bytesMax.toJoin)) return decided;
  const membersMax = Math.min(context.limits.membersMax, group?.members.size ?? 0);
  const closed = { ...context, limits: { ...context.limits, membersMax } };
  for (const narrower of [closed, { ...closed, catalog: undefined }]) {
    const withoutNew = decideAll(group, requests, { ...batch, context: narrower });
    if (isWithin(withoutNew.group, group, bytesMax.ever)) return withoutNew;
  }
  throw new KafkaError(
    'GROUP_MAX_SIZE_REACHED',
    `The group would take more than ${bytesMax.ever} bytes: use fewer members, or shorter lists of topics.`,
  );
}

function isWithin(decided: Group | undefined, before: Group | undefined, bytesMax: number): boolean {
  return decided === undefined || decided === before || groupBytes(decided) <= bytesMax;
}

/** First what all of them change, then one rebalance for all, then what each of them hears. */
function decideAll(
  group: Group | undefined,
  requests: readonly (Heartbeat | undefined)[],
  { context, heard, lookedMs, newGeneration }: BatchContext,
): DecidedBatch {
  const { catalog } = context;
  const speaking = heard && withSpeaking(heard, requests, lookedMs);
  let current = group && decideChanges(group, speaking, { nowMs: lookedMs, catalog });
  let needsTarget = false;
  const admitted = requests.map((heartbeat): Admitted => {
    if (heartbeat === undefined) return { heartbeat };
    try {
      const joinable = current ?? groupToJoin(heartbeat, newGeneration, context.nowMs);
      const admission = admit(joinable, heartbeat, context);
      current = admission.group;
      needsTarget ||= admission.needsTarget;
      return { heartbeat, reported: admission.reported };
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      // The write that let it go was done, though nobody heard of it.
      const hasLeft = error.error === 'UNKNOWN_MEMBER_ID' && context.mayBeOwn && isLeaving(heartbeat);
      return hasLeft ? { heartbeat } : { heartbeat, error };
    }
  });
  if (current !== undefined && needsTarget) current = rebalance(current, context.nowMs, context.catalog);
  const settled = admitted.map(({ heartbeat, reported, error }): Settled => {
    if (error !== undefined) return { error };
    if (heartbeat === undefined || current === undefined) return { answer: undefined };
    const { group: next, answer } = conclude(current, heartbeat, reported, context);
    current = next;
    return { answer };
  });
  return { group: current, settled };
}

/** Who speaks is alive, however long nobody could hear it. */
function withSpeaking(
  heard: LastHeartbeats,
  requests: readonly (Heartbeat | undefined)[],
  nowMs: number,
): LastHeartbeats {
  const now = { heartbeatMs: nowMs };
  const speaking = requests.flatMap((request) =>
    request === undefined ? [] : [[request.memberId, now] as const],
  );
  return new Map([...heard, ...speaking]);
}

interface Admitted {
  readonly heartbeat: Heartbeat | undefined;
  readonly reported?: TopicPartitions | undefined;
  readonly error?: KafkaError;
}

const isLeaving = ({ memberEpoch }: Heartbeat): boolean =>
  memberEpoch === LEAVE_EPOCH || memberEpoch === LEAVE_STATIC_EPOCH;

/** @throws KafkaError GROUP_ID_NOT_FOUND: only who joins makes a group. */
function groupToJoin({ memberEpoch }: Heartbeat, newGeneration: () => string, nowMs: number): Group {
  if (memberEpoch === JOIN_EPOCH) return newGroup(newGeneration(), nowMs);
  throw new KafkaError('GROUP_ID_NOT_FOUND', 'There is no such group: join it with member_epoch 0.');
}
