import * as z from 'zod';
import type { Condition, Item, Version, WriteOp } from '../storage/item.ts';
import { groupKey, groupListingKey } from '../storage/keys.ts';
import { encodeGroup } from './codec/group-item.ts';
import type { Group } from './group.ts';

const attributesSchema = z.strictObject({ deletedMs: z.int().optional() });

/**
 * What `GROUPS / <group>` says: that there is such a group, or that there was one until `deletedMs`. A group is made only
 * under the listing as it was read; so a write that makes one, and that arrives after the group was deleted, makes none.
 */
export interface Listing {
  readonly groupId: string;
  readonly deletedMs: number | undefined;
  readonly version: Version;
}

export function decodeListing({ key, attributes, version }: Item): Listing {
  return { groupId: key.sk, deletedMs: attributesSchema.parse(attributes).deletedMs, version };
}

/** The ops that make a group, and list it. */
export function makeGroup(groupId: string, group: Group, listing: Listing | undefined): WriteOp[] {
  const stillAsRead: Condition = listing === undefined ? 'absent' : { version: listing.version };
  return [
    { kind: 'put', ...encodeGroup(groupId, group), condition: 'absent' },
    { kind: 'put', key: groupListingKey(groupId), attributes: {}, condition: stillAsRead },
  ];
}

/** Says that a group was deleted. */
export function listAsDeleted({ groupId, version }: Listing, deletedMs: number): WriteOp {
  return { kind: 'put', key: groupListingKey(groupId), attributes: { deletedMs }, condition: { version } };
}

/** Removes a group that must not have changed. */
export function removeGroup(groupId: string, version: Version): WriteOp {
  return { kind: 'delete', key: groupKey(groupId), condition: { version } };
}

/** Forgets a listing that must not have changed. */
export function forgetListing(groupId: string, version: Version): WriteOp {
  return { kind: 'delete', key: groupListingKey(groupId), condition: { version } };
}
