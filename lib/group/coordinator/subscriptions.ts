import type { Group, Subscription } from '../group.ts';
import { isEqualSubscription, subscriptionOf } from '../membership/update-member.ts';
import { type Heartbeat, JOIN_EPOCH } from '../types.ts';

const NONE: Subscription = { topicNames: [], pattern: undefined };

/**
 * The subscriptions whose topics have to be looked for: all of the group's and of the requests', when a look is due or
 * when a request brings a subscription that the group does not have; `undefined` when there is nothing to look for.
 */
export function subscriptionsToLookFor(
  group: Group | undefined,
  requests: readonly (Heartbeat | undefined)[],
  isDue: boolean,
): readonly Subscription[] | undefined {
  const brought = requests.flatMap((request) => (request === undefined ? [] : broughtBy(group, request)));
  if (!isDue && brought.length === 0) return undefined;
  const standing = Array.from(group?.members.values() ?? [], ({ subscription }) => subscription);
  const all = [...standing, ...brought];
  return all.length === 0 ? undefined : all;
}

/** What a heartbeat subscribes to, if that is new, and if it may: who is no member, and does not join, brings nothing. */
function broughtBy(group: Group | undefined, heartbeat: Heartbeat): Subscription[] {
  const { subscribedTopicNames: names, subscribedTopicRegex: regex, memberId, memberEpoch } = heartbeat;
  const before = group?.members.get(memberId)?.subscription ?? NONE;
  if (memberEpoch < JOIN_EPOCH || (memberEpoch > JOIN_EPOCH && group?.members.has(memberId) !== true))
    return [];
  const isNamed = (names !== undefined && names.length > 0) || (regex !== undefined && regex !== '');
  // A pattern that stands may lead somebody else elsewhere.
  const isTakenOver = before.pattern !== undefined && regex === undefined;
  if (!isNamed && !isTakenOver) return [];
  const after = subscriptionOf(before, heartbeat);
  return isEqualSubscription(before, after) ? [] : [after];
}
