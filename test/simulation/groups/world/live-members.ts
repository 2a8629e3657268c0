import type { GroupMember } from '../actors/group-member.ts';
import type { GroupRecord } from '../watch/group-record.ts';
import type { EndedTenure } from '../watch/ownership.ts';

/** Everybody who speaks as a member of a group, whatever the group thinks of it. */
export class LiveMembers {
  readonly #members = new Set<GroupMember>();

  add(member: GroupMember): void {
    this.#members.add(member);
  }

  /** Those of a group that run, and have not left. */
  of(groupId: string): GroupMember[] {
    return Array.from(this.#members).filter((member) => member.groupId === groupId && member.isRunning);
  }

  /**
   * A partition is taken from a member that stays only after that has let go of it. One whose requests got no answers
   * may be taken at an older word of its.
   */
  checkEnd(record: GroupRecord, { memberId, part }: EndedTenure): void {
    if (record.group?.members.has(memberId) !== true) return;
    for (const member of this.#members) {
      if (member.memberId !== memberId || member.groupId !== record.groupId) continue;
      if (member.wasAlwaysAnswered && member.owns(part))
        record.problem(`not awaited: ${part} was taken from ${memberId} before it let go of it`);
    }
  }
}
