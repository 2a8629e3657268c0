import type { Version, WriteOp } from '../../storage/item.ts';
import { committedOffsetKey, groupKey } from '../../storage/keys.ts';
import type { StoredGroup } from '../codec/group-item.ts';
import { conditionalWrite } from '../conditional-write.ts';
import type { OffsetsDeps } from './deps.ts';
import { putCommitted } from './offset-store.ts';

/** A write takes 100 ops; one checks the group. */
const PARTITIONS_IN_WRITE_MAX = 99;

/** Whether a group has been without members for so long that its offsets may be over. */
export function isAbandoned({ group }: StoredGroup, retentionMs: number, nowMs: number): boolean {
  return group.emptySinceMs !== undefined && nowMs - group.emptySinceMs > retentionMs;
}

/**
 * Takes away what an abandoned group committed longer ago than the retention (`offsets.retention.minutes`), and what
 * earlier groups of its name have left. Fences stay: a commit that is still on its way from somebody who held the
 * partition finds them. Each write holds that nobody has joined meanwhile.
 *
 * @returns whether any offset is left; `undefined` when the group has changed.
 */
export async function expireOffsets(
  {
    metadata,
    offsets,
    runtime,
    retentionMs,
  }: Pick<OffsetsDeps, 'metadata' | 'offsets' | 'runtime' | 'retentionMs'>,
  groupId: string,
  { group, version }: StoredGroup,
): Promise<'nothing' | 'something' | undefined> {
  const untilMs = runtime.nowMs() - retentionMs;
  const fence = { generation: group.generation, fence: group.epoch, commit: undefined };
  const ops: WriteOp[] = [];
  let left: 'nothing' | 'something' = 'nothing';
  for await (const { partition, ...standing } of offsets.all(groupId)) {
    const { generation, commit } = standing;
    if (generation !== group.generation) {
      ops.push(removal(committedOffsetKey(groupId, partition), standing.version));
    } else if (commit !== undefined && commit.committedMs < untilMs) {
      ops.push(putCommitted(groupId, partition, fence, standing));
    } else if (commit !== undefined) left = 'something';
  }
  const stillEmpty: WriteOp = { kind: 'check', key: groupKey(groupId), condition: { version } };
  for (let at = 0; at < ops.length; at += PARTITIONS_IN_WRITE_MAX) {
    const some = ops.slice(at, at + PARTITIONS_IN_WRITE_MAX);
    if ((await conditionalWrite(metadata, [stillEmpty, ...some])) !== 'done') return undefined;
  }
  return left;
}

const removal = (key: WriteOp['key'], version: Version): WriteOp => ({
  kind: 'delete',
  key,
  condition: { version },
});
