import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Attributes, Item, ItemKey } from '../../storage/item.ts';
import { aclKey } from '../../storage/keys.ts';
import { type AclBinding, asAclBinding, fieldsOf } from './acl-binding.ts';

const attributesSchema = z.strictObject({
  resourceType: z.string(),
  resourceName: z.string(),
  patternType: z.string(),
  principal: z.string(),
  host: z.string(),
  operation: z.string(),
  permission: z.string(),
});

/** The same for the same rule, however often it is made; names can be longer than keys. */
const idOf = (acl: AclBinding): string =>
  createHash('sha256')
    .update(JSON.stringify(fieldsOf(acl)))
    .digest('base64url');

export const keyOfAcl = (acl: AclBinding): ItemKey => aclKey(idOf(acl));

/** What `ACLS / <hash of the rule>` says. */
export function encodeAcl(acl: AclBinding): { readonly key: ItemKey; readonly attributes: Attributes } {
  return { key: keyOfAcl(acl), attributes: attributesSchema.parse(acl) };
}

/** @throws KafkaError INVALID_REQUEST, ZodError: an item that is no rule must not count as none. */
export function decodeAcl({ key, attributes }: Item): AclBinding {
  const acl = asAclBinding(attributesSchema.parse(attributes));
  if (keyOfAcl(acl).sk !== key.sk) throw new Error(`assertion failed: ${key.sk} is the key of its rule`);
  return acl;
}
