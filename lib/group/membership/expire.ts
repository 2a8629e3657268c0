import type { Group, Member } from '../group.ts';

/** When each member was last heard of, in milliseconds since 1970, by member id. */
export type LastHeartbeats = ReadonlyMap<string, { readonly heartbeatMs: number }>;

/**
 * Members that have been silent for longer than their session may last, or that have not let go of partitions within
 * their rebalance timeout. By the clock of whoever looks: a wrong one only makes it early or late.
 *
 * @param heard Without it only rebalance timeouts are looked at.
 */
export function overdueMembers(group: Group, heard: LastHeartbeats | undefined, nowMs: number): Member[] {
  return Array.from(group.members.values()).filter(
    (member) => isRevokingTooLong(member, nowMs) || (heard !== undefined && isSilent(member, heard, nowMs)),
  );
}

function isRevokingTooLong({ revokingSinceMs, rebalanceTimeoutMs }: Member, nowMs: number): boolean {
  return revokingSinceMs !== undefined && nowMs - revokingSinceMs > rebalanceTimeoutMs;
}

function isSilent(member: Member, heard: LastHeartbeats, nowMs: number): boolean {
  const lastMs = Math.max(member.joinedMs, heard.get(member.memberId)?.heartbeatMs ?? 0);
  return nowMs - lastMs > member.sessionTimeoutMs;
}

/** The group without these members; what they held is free at once. The epoch stays: see `rebalance`. */
export function withoutMembers(group: Group, leaving: readonly Member[]): Group {
  const members = new Map(group.members);
  for (const { memberId } of leaving) members.delete(memberId);
  return { ...group, members };
}
