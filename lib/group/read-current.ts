import type { StoredGroup } from './codec/group-item.ts';
import { conditionalWrite } from './conditional-write.ts';
import { type DeletionDeps, finishDeletion } from './delete-group.ts';
import { removeGroup } from './listing.ts';
import { expireOffsets, isAbandoned } from './offsets/expire-offsets.ts';

const RACES_MAX = 3;

/**
 * A group as it is; what has been without members, and without commits, for longer than offsets are kept is removed by
 * whoever comes by first, and counts as never having been.
 */
export async function readCurrent(deps: DeletionDeps, groupId: string): Promise<StoredGroup | undefined> {
  const { metadata, groups, runtime, retentionMs } = deps;
  for (let race = 1; ; race += 1) {
    const stored = await groups.read(groupId);
    if (stored === undefined || race > RACES_MAX || !isAbandoned(stored, retentionMs, runtime.nowMs()))
      return stored;
    const left = await expireOffsets(deps, groupId, stored);
    if (left === 'something') return stored;
    if (left === undefined) continue;
    const fate = await conditionalWrite(metadata, [removeGroup(groupId, stored.version)]);
    if (fate === 'done') await finishDeletion(deps, groupId);
  }
}
