import { KafkaError } from '../../kafka/errors.ts';
import { backOff } from '../../log/retry.ts';
import { forEachSettled } from '../../storage/for-each-bounded.ts';
import type { Commit, StoredPartition } from '../codec/committed-offset.ts';
import { conditionalWrite } from '../conditional-write.ts';
import type { MemberName, OffsetToCommit } from '../types.ts';
import { type CommitRight, decideCommit } from './decide-commit.ts';
import type { OffsetsDeps } from './deps.ts';
import { type Doubt, inDoubt } from './in-doubt.ts';
import { putCommitted } from './offset-store.ts';
import { rightTo, speakingMember, stale } from './owner.ts';
import { nameOf, type ResolvedPartition, resolveHeld } from './resolve.ts';

const WRITES_IN_FLIGHT_MAX = 32;
/** A partition has one owner, so few others can be faster. */
const RACES_MAX = 10;

/**
 * A member commits offsets of partitions that it holds. The right to do so is read from the group first, and then held
 * against the fence of what stands there, with each write: so a member that was frozen in between, and has lost the
 * partition meanwhile, moves nothing that its successor has seen (I8).
 */
export async function commitAsMember(
  deps: OffsetsDeps,
  groupId: string,
  name: MemberName,
  offsets: readonly OffsetToCommit[],
  makeCommit: (offset: OffsetToCommit) => Omit<Commit, 'epoch'>,
): Promise<void> {
  const stored = await deps.groups.read(groupId);
  const member = speakingMember(stored?.group, name);
  if (stored === undefined) throw new Error('assertion failed: a member is of a group');
  const { group } = stored;
  const resolved = await resolveHeld(deps.topics, group, member, offsets);
  const commits = resolved.map((named): ToCommit => {
    const right = { generation: group.generation, epoch: rightTo(member, name.memberEpoch, named) };
    return { groupId, name, named, right, commit: { ...makeCommit(named), epoch: right.epoch } };
  });
  const standing = await deps.offsets.getMany(
    groupId,
    resolved.map(({ key }) => key),
  );
  await forEachSettled(commits.entries(), WRITES_IN_FLIGHT_MAX, ([index, each]) =>
    inDoubt(`${nameOf(each.named)} was committed`, (doubt) => commitOne(deps, each, standing[index], doubt)),
  );
}

interface ToCommit {
  readonly groupId: string;
  readonly name: MemberName;
  readonly named: ResolvedPartition;
  readonly right: CommitRight;
  readonly commit: Commit;
}

async function commitOne(
  { metadata, groups, offsets, runtime }: OffsetsDeps,
  { groupId, name, named, right, commit }: ToCommit,
  first: StoredPartition | undefined,
  doubt: Doubt,
): Promise<void> {
  let standing = first;
  for (let race = 1; race <= RACES_MAX; race += 1) {
    const decision = decideCommit(standing, first, commit, right);
    if (decision.kind === 'done') return;
    if (decision.kind === 'fenced') throw stale(`Partition ${nameOf(named)} was assigned to another member.`);
    // Something happened since the right was read, or another group of this name has left something here, which may be
    // a later one. The group as it is now tells, because it is read after what stands there.
    const isOfAnother = standing !== undefined && standing.generation !== right.generation;
    if (race > 1 || isOfAnother) await checkRight(groups, groupId, name, named, right);
    const fate = await conditionalWrite(metadata, [
      putCommitted(groupId, named.key, decision.next, standing),
    ]);
    if (fate === 'done') return;
    doubt.mayStand ||= fate === 'unknown';
    await backOff(runtime, 1);
    standing = await offsets.get(groupId, named.key);
  }
  throw new KafkaError(
    'COORDINATOR_LOAD_IN_PROGRESS',
    `Partition ${nameOf(named)} changes too often. Commit again.`,
  );
}

/** @throws KafkaError STALE_MEMBER_EPOCH, UNKNOWN_MEMBER_ID unless the right is what it was. */
async function checkRight(
  groups: OffsetsDeps['groups'],
  groupId: string,
  name: MemberName,
  named: ResolvedPartition,
  right: CommitRight,
): Promise<void> {
  const stored = await groups.read(groupId);
  const epoch = rightTo(speakingMember(stored?.group, name), name.memberEpoch, named);
  if (stored?.group.generation === right.generation && epoch === right.epoch) return;
  throw stale(`Partition ${nameOf(named)} has been taken from member ${name.memberId} meanwhile.`);
}
