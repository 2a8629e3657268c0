import { KafkaError, type KafkaErrorName } from '../../kafka/errors.ts';
import type { Offset } from '../../kafka/types.ts';
import { forEachBounded } from '../../storage/for-each-bounded.ts';
import { type InstanceDeps, LOOKS_IN_FLIGHT_MAX } from './deps.ts';
import { stillThere } from './find-topics.ts';
import { type Held, type Instance, withHeld } from './instance.ts';
import type { Session } from './session.ts';

/** What is to be committed for a partition that the instance holds. */
export interface PositionToCommit {
  readonly held: Held;
  readonly offset: Offset;
  readonly metadata?: string | undefined;
}

/** Kafka's `auto.commit.interval.ms`. */
const AUTO_COMMIT_INTERVAL_MS = 5_000;

/** The group, or the topic, has moved on: what the instance holds is sorted by its next heartbeat. */
const MOVED_ON: readonly KafkaErrorName[] = [
  'UNKNOWN_MEMBER_ID',
  'GROUP_ID_NOT_FOUND',
  'UNKNOWN_TOPIC_OR_PARTITION',
];

/** How far an instance has come, where that is not committed yet. */
export function uncommitted(held: Iterable<Held>): PositionToCommit[] {
  return Array.from(held).flatMap((each) => {
    const { position, committed } = each;
    return position === undefined || position === committed ? [] : [{ held: each, offset: position }];
  });
}

/** Whether it is time for an instance to commit by itself. */
export function isAutoCommitDue({ config, autoCommittedMs }: Instance, nowMs: number): boolean {
  return config.autoCommit && nowMs - autoCommittedMs >= AUTO_COMMIT_INTERVAL_MS;
}

/**
 * Commits, each partition under the epoch at which its position was begun, and notes in the session what stands then.
 * Topics that are gone are passed over.
 *
 * @returns the partitions that the group has given to others meanwhile; the next heartbeat tells the instance.
 * @throws KafkaError as ConsumerGroups.commitOffsets.
 */
export async function commitPositions(
  deps: InstanceDeps,
  session: Session,
  toCommit: readonly PositionToCommit[],
): Promise<readonly Held[]> {
  const held = toCommit.map((each) => each.held);
  const there = new Set(await stillThere(deps.topics, held));
  const living = toCommit.filter((each) => there.has(each.held));
  const lost: Held[] = [];
  for (const [since, positions] of Map.groupBy(living, ({ held }) => held.since)) {
    if (await commitUnder(deps, session, since, positions)) continue;
    // One of them was another's meanwhile, and keeps the others from being committed.
    await forEachBounded(positions, LOOKS_IN_FLIGHT_MAX, async (position) => {
      if (!(await commitUnder(deps, session, since, [position]))) lost.push(position.held);
    });
  }
  const isLost = new Set(lost);
  const done = living.filter(({ held }) => !isLost.has(held));
  session.current = withHeld(
    session.current,
    done.map(({ held, offset }) => ({ ...held, committed: offset })),
  );
  return lost;
}

/** @returns false when one of the partitions has been another member's since. */
async function commitUnder(
  { groups }: InstanceDeps,
  { groupId, member }: Session,
  since: number,
  positions: readonly PositionToCommit[],
): Promise<boolean> {
  const speaker = member && { memberId: member.memberId, memberEpoch: since };
  const offsets = positions.map(({ held: { topic, partition }, offset, metadata }) => ({
    topic,
    partition,
    offset,
    metadata,
  }));
  try {
    await groups.commitOffsets(groupId, speaker, offsets);
    return true;
  } catch (error) {
    if (error instanceof KafkaError && error.error === 'STALE_MEMBER_EPOCH') return false;
    throw error;
  }
}

/**
 * What Kafka's consumer commits by itself: positions as earlier reads left them. That the group has moved on is no
 * error then.
 */
export async function autoCommit(
  deps: InstanceDeps,
  session: Session,
  held: Iterable<Held> = session.current.held.values(),
): Promise<void> {
  const toCommit = uncommitted(held);
  if (!session.current.config.autoCommit || toCommit.length === 0) return;
  try {
    await commitPositions(deps, session, toCommit);
  } catch (error) {
    if (!(error instanceof KafkaError) || !MOVED_ON.includes(error.error)) throw error;
  }
  session.current = { ...session.current, autoCommittedMs: deps.runtime.nowMs() };
}
