import { asOffset, type Offset } from '../../kafka/types.ts';
import { partitionId } from '../../log/partition-id.ts';
import { forEachBounded } from '../../storage/for-each-bounded.ts';
import type { TopicPartition } from '../types.ts';
import { begin, isUnbegun } from './begin.ts';
import { type InstanceDeps, LOOKS_IN_FLIGHT_MAX } from './deps.ts';
import { type Held, heldTopics, withHeld } from './instance.ts';
import { lookForTopics } from './look-for-topics.ts';
import { heldOf } from './named-partitions.ts';
import type { Session } from './session.ts';
import type { CheckTopics } from './types.ts';

/** Lets the instance read on from these offsets. @throws InstanceError ILLEGAL_STATE when a partition is not its own. */
export async function seek(
  deps: InstanceDeps,
  session: Session,
  positions: readonly (TopicPartition & { readonly offset: Offset })[],
): Promise<void> {
  await lookForTopics(deps, session);
  const held = await heldOf(deps.topics, session.current, positions);
  await moveTo(
    deps,
    session,
    held.map((each, index) => ({ ...each, position: asOffset(positions[index]?.offset ?? 0) })),
  );
}

/** The same, from where the logs begin or end now; for all its partitions when none is named. */
export async function seekTo(
  deps: InstanceDeps,
  session: Session,
  end: 'beginning' | 'end',
  partitions: readonly TopicPartition[],
  checkTopics?: CheckTopics,
): Promise<void> {
  await lookForTopics(deps, session);
  if (partitions.length === 0) await checkTopics?.(heldTopics(session.current));
  const { held } = session.current;
  const sought =
    partitions.length === 0
      ? Array.from(held.values())
      : await heldOf(deps.topics, session.current, partitions);
  const moved: Held[] = [];
  await forEachBounded(sought, LOOKS_IN_FLIGHT_MAX, async (each) => {
    const { topicId, partition } = each;
    const { start, next } = await deps.logs.offsets({ topicId, partition });
    moved.push({ ...each, position: end === 'end' ? next : start });
  });
  await moveTo(deps, session, moved);
}

/** Also one that seeks has to shut out whoever held the partition before. */
async function moveTo(deps: InstanceDeps, session: Session, moved: readonly Held[]): Promise<void> {
  const unbegun = moved.filter((each) => {
    const held = session.current.held.get(partitionId(each));
    return held !== undefined && isUnbegun(held);
  });
  const begun = await begin(deps, session, unbegun);
  session.current = withHeld(
    session.current,
    moved.map((each) => ({ ...(begun.get(partitionId(each)) ?? each), position: each.position })),
  );
}
