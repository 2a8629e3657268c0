import { KafkaError } from '../../kafka/errors.ts';
import { backOff } from '../../log/retry.ts';
import type { WriteOp } from '../../storage/item.ts';
import { groupKey } from '../../storage/keys.ts';
import type { Commit, StoredPartition } from '../codec/committed-offset.ts';
import { encodeGroup, type StoredGroup } from '../codec/group-item.ts';
import { conditionalWrite } from '../conditional-write.ts';
import { type Group, newGroup } from '../group.ts';
import { makeGroup } from '../listing.ts';
import { newToken } from '../token.ts';
import { decideCommit } from './decide-commit.ts';
import type { OffsetsDeps } from './deps.ts';
import { type Doubt, inDoubt } from './in-doubt.ts';
import { putCommitted } from './offset-store.ts';
import type { ResolvedPartition } from './resolve.ts';

/** A write takes 100 ops, of which two are for the group and its listing, and so many bytes with room to spare. */
const PARTITIONS_IN_WRITE_MAX = 98;
const METADATA_BYTES_IN_WRITE_MAX = 1_000_000;
const RACES_MAX = 10;

export interface Move {
  readonly partition: ResolvedPartition;
  readonly commit: Omit<Commit, 'epoch'>;
}

/**
 * Commits offsets in a group without members: for partitions that somebody assigned to himself, or by a reset. The same
 * write holds that the group has not changed, so nobody can have joined; and the fence that it leaves, the epoch of
 * the empty group, is above that of everybody who ever held the partition, so no late commit of theirs undoes it.
 * A group that does not exist is made.
 *
 * @param refuse The error for a group that has members.
 */
export async function moveOffsets(
  deps: OffsetsDeps,
  groupId: string,
  moves: readonly Move[],
  refuse: () => KafkaError,
): Promise<void> {
  let moved = 0;
  for (const some of inWrites(moves)) {
    try {
      await inDoubt('the offsets were committed', (doubt) => moveSome(deps, groupId, some, refuse, doubt));
    } catch (error) {
      if (moved === 0 || !(error instanceof KafkaError)) throw error;
      throw new KafkaError(
        error.error,
        `${error.message} The first ${moved} of ${moves.length} partitions are committed.`,
      );
    }
    moved += some.length;
  }
}

/** As many at a time as one write takes. */
function* inWrites(moves: readonly Move[]): Generator<readonly Move[]> {
  let some: Move[] = [];
  let bytes = 0;
  for (const move of moves) {
    const own = Buffer.byteLength(JSON.stringify(move.commit.metadata));
    if (some.length === PARTITIONS_IN_WRITE_MAX || bytes + own > METADATA_BYTES_IN_WRITE_MAX) {
      yield some;
      [some, bytes] = [[], 0];
    }
    some.push(move);
    bytes += own;
  }
  if (some.length > 0) yield some;
}

async function moveSome(
  deps: OffsetsDeps,
  groupId: string,
  moves: readonly Move[],
  refuse: () => KafkaError,
  doubt: Doubt,
): Promise<void> {
  const { metadata, groups, offsets, runtime } = deps;
  let first: readonly (StoredPartition | undefined)[] | undefined;
  for (let race = 1; race <= RACES_MAX; race += 1) {
    const stored = await groups.read(groupId);
    const standing = await offsets.getMany(
      groupId,
      moves.map(({ partition }) => partition.key),
    );
    first ??= standing;
    const group = stored?.group ?? newGroup(newToken(runtime), runtime.nowMs());
    const puts = putsOf(groupId, group, moves, standing, first);
    if (puts?.length === 0) return;
    if (group.members.size > 0) throw refuse();
    if (puts !== undefined) {
      const fate = await conditionalWrite(metadata, [
        ...(await groupStands(deps, groupId, group, stored)),
        ...puts,
      ]);
      if (fate === 'done') return;
      doubt.mayStand ||= fate === 'unknown';
    }
    await backOff(runtime, 1);
  }
  throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS', 'The group changes too often. Try again in a moment.');
}

/**
 * The group is still as it was read; or is made. One that might soon count as abandoned is put, as empty since now: so
 * that whoever is about to remove it does not.
 */
async function groupStands(
  { groups, runtime, retentionMs }: OffsetsDeps,
  groupId: string,
  group: Group,
  stored: StoredGroup | undefined,
): Promise<WriteOp[]> {
  if (stored === undefined) return makeGroup(groupId, group, await groups.readListing(groupId));
  const stillAsRead = { version: stored.version };
  const nowMs = runtime.nowMs();
  const isOld = group.emptySinceMs !== undefined && nowMs - group.emptySinceMs > retentionMs / 2;
  if (!isOld) return [{ kind: 'check', key: groupKey(groupId), condition: stillAsRead }];
  return [
    { kind: 'put', ...encodeGroup(groupId, { ...group, emptySinceMs: nowMs }), condition: stillAsRead },
  ];
}

/** `undefined` when somebody has joined since the group was read, and holds a partition. */
function putsOf(
  groupId: string,
  { generation, epoch }: Group,
  moves: readonly Move[],
  standing: readonly (StoredPartition | undefined)[],
  first: readonly (StoredPartition | undefined)[],
): WriteOp[] | undefined {
  const puts: WriteOp[] = [];
  for (const [index, { partition, commit }] of moves.entries()) {
    const decision = decideCommit(standing[index], first[index], { ...commit, epoch }, { generation, epoch });
    if (decision.kind === 'fenced') return undefined;
    if (decision.kind === 'put')
      puts.push(putCommitted(groupId, partition.key, decision.next, standing[index]));
  }
  return puts;
}
