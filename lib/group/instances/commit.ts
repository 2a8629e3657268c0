import { KafkaError } from '../../kafka/errors.ts';
import type { OffsetToCommit } from '../types.ts';
import { commitPositions, uncommitted } from './commit-positions.ts';
import type { InstanceDeps } from './deps.ts';
import { heldTopics } from './instance.ts';
import { lookForTopics } from './look-for-topics.ts';
import { positionsToCommit } from './named-partitions.ts';
import type { Session } from './session.ts';
import type { CheckTopics } from './types.ts';

/**
 * Commits offsets, or all positions without any.
 * @throws InstanceError ILLEGAL_STATE when a partition is not the instance's; KafkaError as ConsumerGroups.commitOffsets.
 */
export async function commit(
  deps: InstanceDeps,
  session: Session,
  offsets: readonly OffsetToCommit[] | undefined,
  checkTopics?: CheckTopics,
): Promise<void> {
  await lookForTopics(deps, session);
  if (offsets === undefined) await checkTopics?.(heldTopics(session.current));
  const toCommit =
    offsets === undefined
      ? uncommitted(session.current.held.values())
      : await positionsToCommit(deps.topics, session.current, offsets);
  const lost = await commitPositions(deps, session, toCommit);
  if (lost.length === 0) return;
  const names = lost.map(({ topic, partition }) => `${topic}-${partition}`).join(', ');
  throw new KafkaError(
    'STALE_MEMBER_EPOCH',
    `Not committed, because the group has given them to others meanwhile: ${names}. Read on with what is left.`,
  );
}
