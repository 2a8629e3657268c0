import assert from 'node:assert/strict';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';
import type { Attributes, Item, ItemKey, Version } from '../../storage/item.ts';
import { groupKey } from '../../storage/keys.ts';
import type { Group } from '../group.ts';
import { fromDocument, groupDocumentSchema, toDocument } from './group-document.ts';

/**
 * Largest document of a group, deflated, that anybody new may join: each heartbeat reads it. A thousand members that share
 * ten thousand partitions take less than half of it.
 */
export const GROUP_BYTES_TO_JOIN_MAX = 300_000;
/** DynamoDB takes items of 400 KB; up to here a group still follows topics that grow. */
export const GROUP_BYTES_MAX = 390_000;
/** Of the document as JSON, in ASCII's characters or more bytes each. */
const INFLATED_BYTES_MAX = 16 * 1024 * 1024;

const attributesSchema = z.strictObject({
  generation: z.string().min(1),
  epoch: z.int().min(0),
  /** For whoever looks at the table; the document says it again. */
  memberCount: z.int().min(0),
  emptySinceMs: z.int().optional(),
});

/** A group, and the version of its item. */
export interface StoredGroup {
  readonly group: Group;
  readonly version: Version;
}

/** A group does not change once it is made, so its document is made once, to be measured and to be written. */
const documents = new WeakMap<Group, Uint8Array>();

function documentOf(group: Group): Uint8Array {
  const made = documents.get(group);
  if (made !== undefined) return made;
  const json = JSON.stringify(groupDocumentSchema.parse(toDocument(group)));
  // Nobody could read it again: as large as if it had not been deflated, it is refused.
  const document = json.length > INFLATED_BYTES_MAX ? Buffer.from(json) : deflateRawSync(json);
  documents.set(group, document);
  return document;
}

/** How many bytes its document takes. */
export const groupBytes = (group: Group): number => documentOf(group).length;

/** What `G#<group> / group` holds: the members deflated, because groups with many repeat themselves. */
export function encodeGroup(
  groupId: string,
  group: Group,
): { readonly key: ItemKey; readonly attributes: Attributes; readonly data: Uint8Array } {
  const { generation, epoch, members, emptySinceMs } = group;
  assert((members.size === 0) === (emptySinceMs !== undefined), 'only a group without members is empty');
  const attributes = attributesSchema.parse({
    generation,
    epoch,
    memberCount: members.size,
    ...(emptySinceMs !== undefined && { emptySinceMs }),
  });
  return { key: groupKey(groupId), attributes: attributes as Attributes, data: documentOf(group) };
}

export function decodeGroup({ attributes, data, version }: Item): StoredGroup {
  const { generation, epoch, memberCount, emptySinceMs } = attributesSchema.parse(attributes);
  assert(data !== undefined, 'a group has a document');
  const json = inflateRawSync(data, { maxOutputLength: 4 * INFLATED_BYTES_MAX }).toString();
  const group = {
    generation,
    epoch,
    emptySinceMs,
    ...fromDocument(groupDocumentSchema.parse(JSON.parse(json))),
  };
  assert(group.members.size === memberCount, 'a group has as many members as it says');
  return { group, version };
}
