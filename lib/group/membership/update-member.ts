import type { Member, Subscription } from '../group.ts';
import type { Heartbeat } from '../types.ts';
import { asAssignor, invalid } from './check-heartbeat.ts';

/**
 * The member with what its heartbeat says anew of it.
 * @throws KafkaError INVALID_REQUEST when nothing would be subscribed to any more.
 */
export function updateMember(member: Member, heartbeat: Heartbeat): Member {
  const updated: Member = {
    ...member,
    rackId: heartbeat.rackId ?? member.rackId,
    clientId: heartbeat.clientId ?? member.clientId,
    rebalanceTimeoutMs: heartbeat.rebalanceTimeoutMs ?? member.rebalanceTimeoutMs,
    assignor: asAssignor(heartbeat.serverAssignor) ?? member.assignor,
    subscription: subscriptionOf(member.subscription, heartbeat),
  };
  return isEqualMember(member, updated) ? member : updated;
}

/** What the member subscribes to from this heartbeat on. */
export function subscriptionOf(before: Subscription, heartbeat: Heartbeat): Subscription {
  const { subscribedTopicNames: names, subscribedTopicRegex: regex } = heartbeat;
  const topicNames = names === undefined ? before.topicNames : Array.from(new Set(names)).sort();
  const pattern = regex === undefined ? before.pattern : regex === '' ? undefined : regex;
  if (topicNames.length === 0 && pattern === undefined) {
    throw invalid('A member has to subscribe to something: leave the group instead, with member_epoch -1.');
  }
  const principal = pattern === undefined ? undefined : (heartbeat.principal ?? before.principal);
  return { topicNames, pattern, ...(principal !== undefined && { principal }) };
}

export function isEqualSubscription(a: Subscription, b: Subscription): boolean {
  return (
    a.pattern === b.pattern &&
    a.principal === b.principal &&
    a.topicNames.length === b.topicNames.length &&
    a.topicNames.every((name, index) => name === b.topicNames[index])
  );
}

function isEqualMember(a: Member, b: Member): boolean {
  return (
    a.rackId === b.rackId &&
    a.clientId === b.clientId &&
    a.rebalanceTimeoutMs === b.rebalanceTimeoutMs &&
    a.assignor === b.assignor &&
    isEqualSubscription(a.subscription, b.subscription)
  );
}
