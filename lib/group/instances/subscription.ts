import { newUuid } from '../../cluster/uuid.ts';
import type { Subscription } from '../group.ts';
import { matchingTopics } from '../topic-pattern.ts';
import { checkSubscription } from './check-reads.ts';
import { autoCommit } from './commit-positions.ts';
import { subscribe, unsubscribe } from './decide-reads.ts';
import type { InstanceDeps } from './deps.ts';
import { leave } from './heartbeats.ts';
import type { Session } from './session.ts';

/** Subscribes; as with Kafka's consumer, the group hears of it with the next read. */
export async function subscribeTo(
  deps: InstanceDeps,
  session: Session,
  subscription: Subscription,
): Promise<void> {
  const checked = await checkSubscription(subscription);
  if (checked.topicNames.length === 0 && checked.pattern === undefined) return letGo(deps, session);
  const memberId = newUuid((bytes) => deps.runtime.randomBytes(bytes));
  session.current = subscribe(session.current, checked, memberId);
}

/** The topics that it is subscribed to, in the order of their names; none without a subscription. */
export async function subscribedTopics({ topics }: InstanceDeps, { current }: Session): Promise<string[]> {
  if (current.reads.kind !== 'subscription') return [];
  const { topicNames, pattern } = current.reads.subscription;
  if (pattern === undefined) return [...topicNames];
  const existing = await topics.list();
  return matchingTopics(
    pattern,
    existing.map(({ name }) => name),
  );
}

/** Ends a subscription or an assignment; what is read is committed first, where the instance does so by itself. */
export async function letGo(deps: InstanceDeps, session: Session): Promise<void> {
  await leaveGroup(deps, session);
  session.current = unsubscribe(session.current);
}

/** The group goes first: should this break off between the two, the instance is still there to be asked again. */
export async function remove(deps: InstanceDeps, session: Session): Promise<void> {
  await leaveGroup(deps, session);
  await session.delete();
}

async function leaveGroup(deps: InstanceDeps, session: Session): Promise<void> {
  await autoCommit(deps, session);
  const { groupId, member } = session;
  if (member !== undefined) await leave(deps.groups, groupId, member);
}
