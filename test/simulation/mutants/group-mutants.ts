import type { Mutant } from './mutant.ts';

const STORE = 'lib/group/coordinator/group-store.ts';
const RECONCILE = 'lib/group/membership/reconcile.ts';
const IDENTIFY = 'lib/group/membership/identify.ts';
const JOIN = 'lib/group/membership/join.ts';
const EXPIRE = 'lib/group/membership/expire.ts';
const REBALANCE = 'lib/group/membership/rebalance.ts';
const BATCH = 'lib/group/coordinator/decide-batch.ts';
const COORDINATOR = 'lib/group/coordinator/coordinator.ts';
const DECIDE = 'lib/group/membership/decide.ts';

/** Who is in a group, and who gets what. */
export const groupMutants: readonly Mutant[] = [
  {
    name: 'group-without-version',
    what: 'a group is put over whatever stands there (one owner)',
    edits: [
      {
        file: STORE,
        find: "const put = { kind: 'put', ...encodeGroup(groupId, group), condition: stillAsRead } as const;",
        replace:
          "const put = { kind: 'put', ...encodeGroup(groupId, group), condition: stillAsRead.version === '' ? stillAsRead : 'none' } as const;",
      },
    ],
  },
  {
    name: 'given-before-let-go',
    what: 'a partition is given to its new owner before the old one has let go of it (one owner)',
    edits: [
      {
        file: RECONCILE,
        find: 'for (const owned of [assigned, revoking]) {',
        replace: 'for (const owned of [assigned]) {',
      },
    ],
  },
  {
    name: 'given-though-held',
    what: 'a member gets its target whoever holds it (one owner)',
    edits: [
      {
        file: RECONCILE,
        find: '!holds(kept, ...each) && !isTaken(...each)',
        replace: '!holds(kept, ...each)',
      },
    ],
  },
  {
    name: 'revoked-not-awaited',
    what: 'what a member shall let go of is free at once (not awaited)',
    edits: [
      {
        file: RECONCILE,
        find: 'if (excess.size > 0 && isStillHeld(excess)) {',
        replace: 'if (excess.size > 0 && isStillHeld(excess) && false) {',
      },
    ],
  },
  {
    name: 'silence-lets-go',
    what: 'a member that does not say what it owns has let go of what it shall not (not awaited)',
    edits: [
      {
        file: RECONCILE,
        find: 'reported === undefined || countOf(',
        replace: 'reported !== undefined && countOf(',
      },
    ],
  },
  {
    name: 'epoch-not-checked',
    what: 'a member may speak under any epoch (not awaited)',
    edits: [
      {
        file: IDENTIFY,
        find: 'if (isBehindByOne) return;',
        replace: 'if (isBehindByOne || epoch > 0) return;',
      },
    ],
  },
  {
    name: 'members-never-expire',
    what: 'whoever has gone silent keeps its partitions (rest)',
    edits: [
      {
        file: EXPIRE,
        find: 'nowMs - lastMs > member.sessionTimeoutMs',
        replace: 'lastMs - nowMs > member.sessionTimeoutMs',
      },
    ],
  },
  {
    name: 'sessions-of-joining',
    what: 'a session counts from when the member joined (rest)',
    edits: [
      {
        file: EXPIRE,
        find: 'Math.max(member.joinedMs, heard.get(member.memberId)?.heartbeatMs ?? 0)',
        replace: 'Math.min(member.joinedMs, heard.get(member.memberId)?.heartbeatMs ?? member.joinedMs)',
      },
    ],
  },
  {
    name: 'heartbeats-not-noted',
    what: 'a heartbeat that changes nothing is written nowhere (rest)',
    edits: [
      {
        file: COORDINATOR,
        find: 'if (request !== undefined && request.memberEpoch !== LEAVE_EPOCH) {',
        replace:
          'if (request !== undefined && request.memberEpoch !== LEAVE_EPOCH && request.memberEpoch <= 0) {',
      },
    ],
  },
  {
    name: 'expired-keep-target',
    what: 'members leave without a new epoch, and nobody is to have their partitions',
    edits: [
      {
        file: DECIDE,
        find: 'return rebalance(withoutMembers(group, overdue), nowMs, catalog);',
        replace: 'return withoutMembers(group, overdue.length < group.members.size ? overdue : []);',
      },
    ],
  },
  {
    name: 'growth-not-followed',
    what: 'topics that have come or grown are not followed (rest)',
    edits: [
      {
        file: DECIDE,
        find: 'return catalog === undefined ? group : followTopics(',
        replace: 'return catalog !== undefined ? group : catalog === undefined ? group : followTopics(',
      },
    ],
  },
  {
    name: 'rebalance-on-unchanged',
    what: 'every look at the topics begins a new epoch (rest)',
    edits: [
      {
        file: REBALANCE,
        find: 'return isSame ? group : rebalance(',
        replace: 'return isSame && catalog.topics.size === 0 ? group : rebalance(',
      },
    ],
  },
  {
    name: 'not-sticky',
    what: 'the assignor does not know who has what (stickiness)',
    edits: [
      {
        file: REBALANCE,
        find: '  assigned: target,\n',
        replace: '  assigned: target.size < 0 ? target : new Map(),\n',
      },
    ],
  },
  {
    name: 'static-returns-under-old-epoch',
    what: 'a static member comes back under the assignment epochs of its former life (assignment epoch)',
    edits: [
      {
        file: JOIN,
        find: 'assigned: giveOwned(NOTHING, partitionsOf(former.assigned), group.epoch + 1),',
        replace: 'assigned: giveOwned(former.assigned, partitionsOf(NOTHING), group.epoch + 1),',
      },
    ],
  },
  {
    name: 'static-not-released',
    what: 'a static member is replaced though it has not left',
    edits: [
      {
        file: JOIN,
        find: 'if (former.epoch !== LEAVE_STATIC_EPOCH) {',
        replace: 'if (former.epoch !== LEAVE_STATIC_EPOCH && former.epoch < 0) {',
      },
    ],
  },
  {
    name: 'leave-forgotten',
    what: 'a leave whose write gave no answer is refused as if somebody else had been asked',
    edits: [
      {
        file: BATCH,
        find: "error.error === 'UNKNOWN_MEMBER_ID' && context.mayBeOwn && isLeaving(heartbeat)",
        replace: "error.error === 'UNKNOWN_MEMBER_ID' && context.mayBeOwn && !isLeaving(heartbeat)",
      },
    ],
  },
  {
    name: 'member-twice-a-batch',
    what: 'of one member several heartbeats are decided at once, though it may have left between them (bug)',
    edits: [
      {
        file: 'lib/group/coordinator/lanes.ts',
        find: 'if (index === batchMax || own.some((name) => names.has(name))) return index;',
        replace: 'if (index === batchMax) return index;',
      },
    ],
  },
  {
    name: 'own-epoch-refused',
    what: 'a heartbeat whose write was done, and not answered, is refused for the epoch that it has made',
    edits: [
      {
        file: IDENTIFY,
        find: '(reported === undefined ? mayBeOwn : isSubset(',
        replace: '(reported === undefined ? mayBeOwn && epoch < 0 : isSubset(',
      },
    ],
  },
  {
    name: 'made-under-any-listing',
    what: 'a group that was deleted is made again by a write that comes late (assignment epoch)',
    edits: [
      {
        file: 'lib/group/listing.ts',
        find: "listing === undefined ? 'absent' : { version: listing.version };",
        replace: "listing === undefined ? 'none' : 'none';",
      },
    ],
  },
  {
    name: 'epoch-stays',
    what: 'a rebalance does not begin a new epoch (group epoch)',
    edits: [
      {
        file: REBALANCE,
        find: 'epoch: group.epoch + 1, members:',
        replace: 'epoch: Math.max(group.epoch, 1), members:',
      },
    ],
  },
  {
    name: 'answer-before-write',
    what: 'a heartbeat is answered though the group was not written',
    edits: [
      {
        file: COORDINATOR,
        find: "if (written === 'done') {",
        replace: "if (written === 'done' || written === 'unknown') {",
      },
    ],
  },
].map((mutant) => ({ ...mutant, simulation: 'groups' as const }));
