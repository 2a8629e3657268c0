import type { Mutant } from './mutant.ts';

const DECIDE = 'lib/group/offsets/decide-commit.ts';
const COMMIT = 'lib/group/offsets/commit-as-member.ts';
const FETCH = 'lib/group/offsets/fetch-offsets.ts';
const MOVE = 'lib/group/offsets/move-offsets.ts';
const STORE = 'lib/group/offsets/offset-store.ts';
const OWNER = 'lib/group/offsets/owner.ts';

/** How far a group has come, and who may say so (I8). */
export const offsetMutants: readonly Mutant[] = [
  {
    name: 'fence-not-raised',
    what: 'a new owner asks how far the group has come, and shuts nobody out (I8)',
    edits: [
      {
        file: FETCH,
        find: 'standing[index] = await raiseFence(',
        replace: 'if (index < 0) standing[index] = await raiseFence(',
      },
    ],
  },
  {
    name: 'fence-not-checked',
    what: 'a commit lands whatever fence stands there (I8)',
    edits: [
      {
        file: DECIDE,
        find: "if (current !== undefined && current.fence > epoch) return { kind: 'fenced' };\n  const idAtFirst",
        replace: 'const idAtFirst',
      },
    ],
  },
  {
    name: 'fence-falls',
    what: 'an owner that asks late lowers the fence (I8)',
    edits: [
      {
        file: DECIDE,
        find: "if (current !== undefined && current.fence > epoch) return { kind: 'fenced' };\n  if (current?.fence === epoch)",
        replace: 'if (current?.fence === epoch)',
      },
    ],
  },
  {
    name: 'fence-of-the-speaker',
    what: 'a commit leaves the epoch under which its member speaks, not the one at which it got the partition (I8)',
    edits: [
      {
        file: OWNER,
        find: 'if (since !== undefined && since <= memberEpoch) return since;',
        replace: 'if (since !== undefined && since <= memberEpoch) return memberEpoch;',
      },
    ],
  },
  {
    name: 'offset-without-version',
    what: 'an offset is put over whatever stands there (I8)',
    edits: [
      {
        file: STORE,
        find: "read === undefined ? 'absent' : { version: read.version }; // I8",
        replace: "read === undefined ? 'absent' : 'none'; // I8",
      },
    ],
  },
  {
    name: 'commit-over-later-group',
    what: 'a commit that finds one of another group of the name does not ask which of them is the later one',
    edits: [
      {
        file: COMMIT,
        find: 'if (race > 1 || isOfAnother) await',
        replace: 'if (race > 1 && !isOfAnother) await',
      },
    ],
  },
  {
    name: 'owner-not-asked',
    what: 'a member commits for partitions that it does not hold (I8)',
    edits: [
      {
        file: OWNER,
        find: 'if (since !== undefined && since <= memberEpoch) return since;',
        replace: 'if (since === undefined || since <= memberEpoch) return since ?? memberEpoch;',
      },
    ],
  },
  {
    name: 'assignment-not-known',
    what: 'a member commits by an assignment that it has not been told (I8)',
    edits: [
      {
        file: OWNER,
        find: 'if (since !== undefined && since <= memberEpoch) return since;',
        replace: 'if (since !== undefined) return since;',
      },
    ],
  },
  {
    name: 'overtaken-commit-put',
    what: 'a commit that another one of its owner has overtaken is put again',
    edits: [{ file: DECIDE, find: "if (isOvertaken) return { kind: 'done' };\n", replace: '' }],
  },
  {
    name: 'generation-ignored',
    what: 'what an earlier group of the name committed counts',
    edits: [
      {
        file: DECIDE,
        find: 'standing?.generation === generation ? standing : undefined',
        replace: 'standing',
      },
      {
        file: FETCH,
        find: 'standing?.generation === generation ? standing?.commit : undefined',
        replace: 'standing?.commit',
      },
    ],
  },
  {
    name: 'deletion-before-group',
    what: 'what a group committed is removed before it is deleted, and while it lives',
    edits: [
      {
        file: 'lib/group/delete-group.ts',
        find: 'if ((await groups.read(groupId)) !== undefined) return false;',
        replace: "if ((await groups.read(groupId)) !== undefined && groupId === '') return false;",
      },
    ],
  },
  {
    name: 'deletion-without-version',
    what: 'a group is deleted that somebody has joined meanwhile',
    edits: [
      {
        file: 'lib/group/listing.ts',
        find: "return { kind: 'delete', key: groupKey(groupId), condition: { version } };",
        replace:
          "return { kind: 'delete', key: groupKey(groupId), condition: version === '' ? { version } : 'none' };",
      },
    ],
  },
  {
    name: 'reset-unchecked',
    what: 'a reset does not hold that nobody has joined (I8)',
    edits: [
      {
        file: MOVE,
        find: "if (!isOld) return [{ kind: 'check', key: groupKey(groupId), condition: stillAsRead }];",
        replace: "if (!isOld) return [{ kind: 'check', key: groupKey(groupId), condition: 'none' }];",
      },
    ],
  },
  {
    name: 'reset-without-fence',
    what: 'a reset leaves no fence, and a late commit undoes it (I8)',
    edits: [
      {
        file: MOVE,
        find: 'puts.push(putCommitted(groupId, partition.key, decision.next, standing[index]));',
        replace:
          'puts.push(putCommitted(groupId, partition.key, { ...decision.next, fence: 0 }, standing[index]));',
      },
    ],
  },
  {
    name: 'doubt-forgotten',
    what: 'a commit that may still come to stand is said to be refused (late commit)',
    edits: [
      {
        file: 'lib/group/offsets/in-doubt.ts',
        find: 'if (!doubt.mayStand) throw error;',
        replace: 'if (doubt.mayStand || !doubt.mayStand) throw error;',
      },
    ],
  },
  {
    name: 'commit-acknowledged-before-put',
    what: 'a commit without an answer counts as done',
    edits: [
      { file: COMMIT, find: "if (fate === 'done') return;", replace: "if (fate !== 'refused') return;" },
    ],
  },
].map((mutant) => ({ ...mutant, simulation: 'groups' as const }));
