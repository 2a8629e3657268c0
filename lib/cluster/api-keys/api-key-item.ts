import * as z from 'zod';
import type { Attributes, Item, ItemKey } from '../../storage/item.ts';
import { apiKeyKey } from '../../storage/keys.ts';
import { whyNotPrincipal } from '../principal.ts';
import { secretHashSchema } from './secret-hash.ts';
import type { ApiKey, ApiKeyCredential } from './types.ts';

/** Characters. */
export const DESCRIPTION_LENGTH_MAX = 255;

const attributesSchema = z.strictObject({
  principal: z.string().refine((principal) => whyNotPrincipal(principal) === undefined),
  description: z.string().max(DESCRIPTION_LENGTH_MAX).optional(),
  createdMs: z.int().min(0),
  hash: secretHashSchema,
});

/** `KEYS / <key id>`: whose key it is, and a hash of its secret. */
export function encodeApiKey(credential: Omit<ApiKeyCredential, 'version'>): {
  readonly key: ItemKey;
  readonly attributes: Attributes;
} {
  const { keyId, principal, description, createdMs, hash } = credential;
  const attributes = {
    principal,
    ...(description !== undefined && { description }),
    createdMs,
    hash,
  };
  return { key: apiKeyKey(keyId), attributes: attributesSchema.parse(attributes) as Attributes };
}

export function decodeApiKey({ key, attributes, version }: Item): ApiKeyCredential {
  const { description, ...others } = attributesSchema.parse(attributes);
  return { keyId: key.sk, ...others, ...(description !== undefined && { description }), version };
}

/** The key as it may be shown. */
export function asApiKey({
  keyId,
  principal,
  description,
  createdMs,
}: Omit<ApiKeyCredential, 'version'>): ApiKey {
  return { keyId, principal, ...(description !== undefined && { description }), createdMs };
}
