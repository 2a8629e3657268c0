import type { Group, Member } from '../../../../lib/group/group.ts';
import { LEAVE_STATIC_EPOCH } from '../../../../lib/group/types.ts';
import type { Instant } from './instants.ts';
import { heldBy, holdingsOf, type Part } from './part.ts';
import type { Said, Sayings } from './sayings.ts';

type Problem = (fact: string) => void;

/**
 * Nobody comes into a group but by joining it, and what changes of a member that stays comes by a heartbeat of its own, at
 * the epoch that it is at, or by its joining anew.
 *
 * @param since When the group became what it was before.
 */
export function checkAsked(
  sayings: Sayings,
  before: Group | undefined,
  after: Group,
  since: Instant,
  problem: Problem,
): void {
  for (const member of after.members.values()) {
    const { memberId } = member;
    const earlier = before?.members.get(memberId);
    if (earlier !== undefined) checkMember(sayings, earlier, member, since, problem);
    else if (!sayings.isJoiningSince(memberId, since))
      problem(`not said: ${memberId} came into the group, and did not ask for it`);
  }
  const isMade = before === undefined && after.members.size === 0;
  if (isMade && !sayings.isMovingSince(since))
    problem('not said: the group was made, and nobody asked for it');
}

function checkMember(
  sayings: Sayings,
  before: Member,
  after: Member,
  since: Instant,
  problem: Problem,
): void {
  if (toText(before) === toText(after)) return;
  const { memberId, epoch, previousEpoch } = before;
  if (sayings.isJoiningSince(memberId, since)) return;
  const heard = sayings
    .openSince(memberId, since)
    .filter((said) => [epoch, previousEpoch, LEAVE_STATIC_EPOCH].includes(said.epoch));
  if (heard.length === 0)
    problem(`not said: ${memberId} at epoch ${epoch} became another, and did not say so at that epoch`);
  const held = heldBy(after);
  for (const part of heldBy(before)) {
    if (!held.has(part) && !heard.some((said) => hasLetGo(said, part)))
      problem(`not awaited: ${part} was taken from ${memberId}, which never said that it let go of it`);
  }
}

/** Who leaves for a while has stopped. */
const hasLetGo = ({ epoch, owned }: Said, part: Part): boolean =>
  epoch === LEAVE_STATIC_EPOCH || owned?.has(part) === false;

/** A member but for its target, which others change as well. */
const toText = ({ epoch, subscription, assignor, assigned, revoking }: Member): string =>
  JSON.stringify([epoch, subscription, assignor, [...holdingsOf(assigned)], [...holdingsOf(revoking)]]);
