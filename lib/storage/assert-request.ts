import assert from 'node:assert/strict';
import type { Attribute, ItemKey, PutOp, Query, WriteOp } from './item.ts';
import { isHeadKey } from './keys.ts';

/**
 * The limits that every home keeps, so that what works on one works on all (they are DynamoDB's). Passing one
 * is a caller's bug, and asserted.
 */
const PK_BYTES_MAX = 2048;
const SK_BYTES_MAX = 1024;
const OPS_MAX = 100;
const KEYS_MAX = 1000;
const QUERY_LIMIT_MAX = 1000;
/** DynamoDB's 400 KB (of 1,024 bytes), less what keys, version and the names of attributes take. */
export const ITEM_BYTES_MAX = 400_000;
/** DynamoDB's 4 MB, which also count what a transaction replaces. */
export const WRITE_BYTES_MAX = 2_000_000;

export function assertItemKey({ pk, sk }: ItemKey): void {
  assertText(pk, PK_BYTES_MAX);
  assertText(sk, SK_BYTES_MAX);
}

export function assertItemKeys(keys: readonly ItemKey[]): void {
  assert(keys.length <= KEYS_MAX, `${keys.length} keys in one call, at most ${KEYS_MAX}`);
  keys.forEach(assertItemKey);
}

export function assertWriteOps(ops: readonly WriteOp[]): void {
  assert(ops.length >= 1 && ops.length <= OPS_MAX, `${ops.length} ops in one write, 1 to ${OPS_MAX}`);
  const keys = new Set<string>();
  let bytes = 0;
  for (const op of ops) {
    assertItemKey(op.key);
    keys.add(JSON.stringify([op.key.pk, op.key.sk]));
    if (op.kind === 'put') bytes += assertPut(op);
  }
  assert(bytes <= WRITE_BYTES_MAX, `a write of ${bytes} bytes`);
  assert(keys.size === ops.length, 'two ops of one write have the same key');
}

/** A head put as a whole would undo what others did to it meanwhile. Returns how large the item is, in bytes. */
function assertPut({ key, attributes, data }: PutOp): number {
  assert(!isHeadKey(key), `${key.pk} / ${key.sk} is a head: only head operations change it`);
  assertAttribute(attributes);
  const bytes = Buffer.byteLength(JSON.stringify(attributes)) + (data?.length ?? 0);
  assert(bytes <= ITEM_BYTES_MAX, `${key.pk} / ${key.sk} has ${bytes} bytes`);
  return bytes;
}

export function assertQuery({ pk, from, to, limit }: Query): void {
  assertText(pk, PK_BYTES_MAX);
  if (from !== undefined && from !== '') assertText(from, SK_BYTES_MAX);
  if (to !== undefined && to !== '') assertText(to, SK_BYTES_MAX);
  assert(Number.isInteger(limit) && limit >= 1 && limit <= QUERY_LIMIT_MAX, `a limit of ${limit}`);
}

function assertText(text: string, bytesMax: number): void {
  assert(text !== '', 'a key is empty');
  assert(text.isWellFormed(), 'a key is no well-formed text');
  assert(text.length <= bytesMax, `a key of ${text.length} characters`);
  if (text.length * 3 > bytesMax) assert(Buffer.byteLength(text) <= bytesMax, `a key over ${bytesMax} bytes`);
}

/** JSON would quietly make null of NaN and drop undefined. */
function assertAttribute(attribute: Attribute): void {
  if (typeof attribute === 'number') assert(Number.isFinite(attribute), `${attribute} is no finite number`);
  else if (typeof attribute === 'object' && attribute !== null)
    Object.values(attribute).forEach(assertAttribute);
  else assert(attribute !== undefined, 'an attribute is undefined');
}
