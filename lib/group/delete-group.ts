import { queryAll } from '../cluster/query-all.ts';
import { KafkaError } from '../kafka/errors.ts';
import { backOff } from '../log/retry.ts';
import { forEachBounded } from '../storage/for-each-bounded.ts';
import type { ItemKey, Version } from '../storage/item.ts';
import { committedOffsetKey, groupMembersRange } from '../storage/keys.ts';
import type { StoredGroup } from './codec/group-item.ts';
import { conditionalWrite } from './conditional-write.ts';
import { forgetListing, type Listing, listAsDeleted, removeGroup } from './listing.ts';
import type { OffsetsDeps } from './offsets/deps.ts';
import { type Doubt, inDoubt } from './offsets/in-doubt.ts';

export type DeletionDeps = Omit<OffsetsDeps, 'topics'>;

const RACES_MAX = 10;
const WRITES_IN_FLIGHT_MAX = 32;
/** Longer than any request is on its way: from then on nothing comes any more that knew the group. */
const REMEMBERED_MS = 24 * 3_600_000;

/**
 * 1. The group's item goes, if it still has no members: from here on there is no group, and what it committed counts no
 *    more, for it names the generation. Its listing stays.
 * 2. What it committed goes. 3. Its listing says that it was deleted: until then, whoever lists the groups goes on with this.
 *
 * @throws KafkaError GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP; StoreErrors.
 */
export function deleteGroup(deps: DeletionDeps, groupId: string): Promise<void> {
  return inDoubt(`group ${groupId} was deleted`, (doubt) => deleteInDoubt(deps, groupId, doubt));
}

async function deleteInDoubt(deps: DeletionDeps, groupId: string, doubt: Doubt): Promise<void> {
  const { metadata, groups, runtime } = deps;
  for (let race = 1; race <= RACES_MAX; race += 1) {
    const stored = await groups.read(groupId);
    if (stored === undefined && !doubt.mayStand) {
      throw new KafkaError('GROUP_ID_NOT_FOUND', `There is no group ${groupId}.`);
    }
    if (stored === undefined) return finishDeletion(deps, groupId);
    if (stored.group.members.size > 0) throw nonEmpty(groupId, stored);
    const fate = await conditionalWrite(metadata, [removeGroup(groupId, stored.version)]);
    if (fate === 'done') return finishDeletion(deps, groupId);
    doubt.mayStand ||= fate === 'unknown';
    await backOff(runtime, 1);
  }
  throw new KafkaError(
    'COORDINATOR_LOAD_IN_PROGRESS',
    `Group ${groupId} changes too often. Try again in a moment.`,
  );
}

const nonEmpty = (groupId: string, { group }: StoredGroup): KafkaError =>
  new KafkaError(
    'NON_EMPTY_GROUP',
    `Group ${groupId} has ${group.members.size === 1 ? '1 member' : `${group.members.size} members`}: it can be deleted when all have left, or their sessions have ended.`,
  );

/** Goes on with the deletion of a group that is no more. */
export async function finishDeletion(deps: DeletionDeps, groupId: string): Promise<void> {
  const listing = await deps.groups.readListing(groupId);
  if (!(await removeLeftovers(deps, groupId))) return;
  if (listing === undefined || listing.deletedMs !== undefined) return;
  await conditionalWrite(deps.metadata, [listAsDeleted(listing, deps.runtime.nowMs())]);
}

/** Forgets that there ever was a group, when that is long ago. */
export async function forgetDeletion(deps: DeletionDeps, listing: Listing): Promise<void> {
  const { deletedMs, version, groupId } = listing;
  if (deletedMs === undefined || deps.runtime.nowMs() - deletedMs < REMEMBERED_MS) return;
  if (!(await removeLeftovers(deps, groupId))) return;
  await conditionalWrite(deps.metadata, [forgetListing(groupId, version)]);
}

/**
 * Removes what a deleted group has left. A group of its name that is made meanwhile is spared: each thing goes only as it
 * was seen before the group was seen to be gone.
 *
 * @returns false when there is such a group again.
 */
async function removeLeftovers(
  { metadata, groups, offsets }: DeletionDeps,
  groupId: string,
): Promise<boolean> {
  const left: { readonly key: ItemKey; readonly version: Version }[] = [];
  for await (const { partition, version } of offsets.all(groupId)) {
    left.push({ key: committedOffsetKey(groupId, partition), version });
  }
  for await (const { key, version } of queryAll(metadata, groupMembersRange(groupId)))
    left.push({ key, version });
  if ((await groups.read(groupId)) !== undefined) return false;
  await forEachBounded(left, WRITES_IN_FLIGHT_MAX, ({ key, version }) =>
    conditionalWrite(metadata, [{ kind: 'delete', key, condition: { version } }]),
  );
  return true;
}
