import * as z from 'zod';
import type { Attributes, Item, ItemKey } from '../../storage/item.ts';
import { memberIdOf, memberKey } from '../../storage/keys.ts';

const attributesSchema = z.strictObject({ heartbeatMs: z.int() });

/** What `G#<group> / m#<member>` holds: when the member was last heard of, in milliseconds since 1970. */
export function encodeHeartbeat(
  groupId: string,
  memberId: string,
  heartbeatMs: number,
): { readonly key: ItemKey; readonly attributes: Attributes } {
  return { key: memberKey(groupId, memberId), attributes: attributesSchema.parse({ heartbeatMs }) };
}

export function decodeHeartbeat({ key, attributes }: Item): {
  readonly memberId: string;
  readonly heartbeatMs: number;
} {
  return { memberId: memberIdOf(key), ...attributesSchema.parse(attributes) };
}
