import { partitionId } from '../../log/partition-id.ts';
import type { InstanceDeps } from './deps.ts';
import { findTopics } from './find-topics.ts';
import { followTopics } from './follow-assignment.ts';
import { heldByName, type Instance } from './instance.ts';
import type { Session } from './session.ts';

/**
 * Where partitions are assigned, it is by topic names: lets the instance hold what these mean now. What another process
 * holds already must not be let go of for what is cached here, so topics that do not fit are looked at again.
 */
export async function lookForTopics({ topics }: InstanceDeps, session: Session): Promise<void> {
  const { current } = session;
  if (current.reads.kind !== 'assignment') return;
  const names = current.reads.partitions.map(({ topic }) => topic);
  const look = async (): Promise<Instance> => followTopics(current, await findTopics(topics, names));
  let next = await look();
  const doubtful = doubtfulTopics(current, next);
  if (doubtful.size > 0) {
    for (const name of doubtful) topics.invalidate(name);
    next = await look();
  }
  session.current = next;
}

/** Topics of which the instance would not hold all that it is assigned, or not any more what it held. */
function doubtfulTopics(current: Instance, next: Instance): ReadonlySet<string> {
  const find = heldByName(next);
  const assigned = current.reads.kind === 'assignment' ? current.reads.partitions : [];
  const missing = assigned.filter((each) => find(each) === undefined);
  const dropped = current.held.values().filter((each) => !next.held.has(partitionId(each)));
  return new Set([...missing, ...dropped].map(({ topic }) => topic));
}
