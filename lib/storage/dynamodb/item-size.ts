import type { Head, PartitionKey } from '../head.ts';
import type { Item, ItemKey } from '../item.ts';
import { headKey } from '../keys.ts';
import { headAttributes, itemAttributes } from './attributes.ts';

/**
 * How large DynamoDB says that an item is, in bytes: the sum over its attributes of name and value, both billed and
 * bounded by it (Developer Guide, "DynamoDB item sizes and formats").
 */

/** A map or list takes so much, and one byte for each of its elements. */
const DOCUMENT_BYTES = 3;
const ELEMENT_BYTES = 1;
const FLAG_BYTES = 1;
/** `v` of 12 random bytes in base64url. */
const VERSION_BYTES = 16;

/** DynamoDB takes no larger item. */
export const DYNAMODB_ITEM_BYTES_MAX = 400 * 1024;

const textBytes = (text: string): number => Buffer.byteLength(text);

/** One byte for every two significant digits, and one more; a sign takes another one. */
export function numberBytes(value: number): number {
  const digits = Math.abs(value)
    .toString()
    .replace('.', '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (value < 0 ? 1 : 0);
}

const keyBytes = ({ pk, sk }: ItemKey): number =>
  itemAttributes.pk.length + textBytes(pk) + itemAttributes.sk.length + textBytes(sk);

/** An item that is no head; 0 for one that is not there. */
export function itemBytes(item: Pick<Item, 'key' | 'attributes' | 'data'> | undefined): number {
  if (item === undefined) return 0;
  const { version, attributes, data, timeToLive } = itemAttributes;
  let bytes = keyBytes(item.key) + version.length + VERSION_BYTES;
  const json = JSON.stringify(item.attributes);
  if (json !== '{}') bytes += attributes.length + textBytes(json);
  const { ttl } = item.attributes;
  if (typeof ttl === 'number') bytes += timeToLive.length + numberBytes(ttl);
  if (item.data !== undefined) bytes += data.length + item.data.length;
  return bytes;
}

/** A topic id of 22 characters and a partition of up to six digits. */
const ANY_PARTITION: PartitionKey = { topicId: 'x'.repeat(22), partition: 999_999 };

/** A partition's head; 0 for one that is not there. */
export function headBytes(head: Head | undefined, partition: PartitionKey = ANY_PARTITION): number {
  if (head === undefined) return 0;
  const numbers = ['leader', 'epoch', 'start', 'compacted', 'tail', 'next', 'evictions', 'swaps'] as const;
  let bytes = keyBytes(headKey(partition));
  for (const name of numbers) bytes += headAttributes[name].length + numberBytes(head[name]);
  bytes += headAttributes.barrier.length + textBytes(head.barrier);
  if (head.deleted) bytes += headAttributes.deleted.length + FLAG_BYTES;
  for (const map of ['bases', 'entries', 'producers'] as const)
    bytes += headAttributes[map].length + DOCUMENT_BYTES;
  for (const { appendId, base, entry } of head.entries) {
    bytes += 2 * (textBytes(appendId) + ELEMENT_BYTES) + numberBytes(base) + entry.length;
  }
  for (const [producerId, state] of head.producers) {
    bytes += textBytes(producerId) + ELEMENT_BYTES + state.length;
  }
  return bytes;
}
