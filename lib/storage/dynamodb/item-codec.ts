import assert from 'node:assert/strict';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attributes, Item, ItemKey, Version } from '../item.ts';

/** An item as DynamoDB knows it. */
export type StoredItem = Record<string, AttributeValue>;

/**
 * How an item lies in the table. Names are short because they are billed with every item:
 *
 *     pk S, sk S   the key
 *     v  S         version
 *     a  S         attributes as JSON (absent: none), so that every home keeps the same numbers and the same nulls
 *     d  B         data (absent: none)
 */
export function encodeItem(
  key: ItemKey,
  version: Version,
  { attributes, data }: { readonly attributes: Attributes; readonly data?: Uint8Array },
): StoredItem {
  const json = JSON.stringify(attributes);
  return {
    ...encodeKey(key),
    v: { S: version },
    ...(json !== '{}' && { a: { S: json } }),
    ...(data !== undefined && { d: { B: data } }),
  };
}

export function encodeKey({ pk, sk }: ItemKey): StoredItem {
  return { pk: { S: pk }, sk: { S: sk } };
}

/** A head, which has no version, shows as an item without attributes: it is not read so. */
export function decodeItem(stored: StoredItem): Item {
  const { pk, sk, v, a, d } = stored;
  assert(pk?.S !== undefined && sk?.S !== undefined, 'an item without a key');
  const attributes = a?.S === undefined ? {} : (JSON.parse(a.S) as Attributes);
  const item = { key: { pk: pk.S, sk: sk.S }, version: v?.S ?? '', attributes };
  return d?.B === undefined ? item : { ...item, data: d.B };
}
