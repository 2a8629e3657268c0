import assert from 'node:assert/strict';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attributes, Item, ItemKey, Version } from '../item.ts';
import { itemAttributes } from './attributes.ts';

/** An item as DynamoDB knows it. */
export type StoredItem = Record<string, AttributeValue>;

const { version: VERSION, attributes: ATTRIBUTES, data: DATA, timeToLive: TIME_TO_LIVE } = itemAttributes;

/** Attributes go as JSON, so that every home keeps the same numbers and the same nulls. */
export function encodeItem(
  key: ItemKey,
  version: Version,
  { attributes, data }: { readonly attributes: Attributes; readonly data?: Uint8Array },
): StoredItem {
  const json = JSON.stringify(attributes);
  return {
    ...encodeKey(key),
    [VERSION]: { S: version },
    ...(json !== '{}' && { [ATTRIBUTES]: { S: json } }),
    ...(data !== undefined && { [DATA]: { B: data } }),
    ...(typeof attributes.ttl === 'number' && { [TIME_TO_LIVE]: { N: String(attributes.ttl) } }),
  };
}

export function encodeKey({ pk, sk }: ItemKey): StoredItem {
  return { pk: { S: pk }, sk: { S: sk } };
}

/** A head, which has no version, shows as an item without attributes: it is not read so. */
export function decodeItem(stored: StoredItem): Item {
  const { pk, sk, [VERSION]: v, [ATTRIBUTES]: a, [DATA]: d } = stored;
  assert(pk?.S !== undefined && sk?.S !== undefined, 'an item without a key');
  const attributes = a?.S === undefined ? {} : (JSON.parse(a.S) as Attributes);
  const item = { key: { pk: pk.S, sk: sk.S }, version: v?.S ?? '', attributes };
  return d?.B === undefined ? item : { ...item, data: d.B };
}
