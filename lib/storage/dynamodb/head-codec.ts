import assert from 'node:assert/strict';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { asEpoch, asOffset, type Offset } from '../../kafka/types.ts';
import type { Head, HeadEntry, PartitionKey } from '../head.ts';
import { assertHead } from '../heads/assert-head.ts';
import { headKey } from '../keys.ts';
import { encodeKey, type StoredItem } from './item-codec.ts';

/**
 * How a head lies in the table. It is billed by the kilobyte at every append, so each name is one letter:
 *
 *     l leader   e epoch   s start   c compacted   t tail   n next   x evictions   w swaps   g barrier
 *     b  M  append id -> base                 two maps, because `b.#aid = n` sees the old value of n, and no
 *     y  M  append id -> entry                expression can put that number into a value that it makes up
 *     p  M  producer id -> state
 *     k  BOOL, there only when the topic was deleted (killed)
 */
export const HEAD = {
  leader: 'l',
  epoch: 'e',
  start: 's',
  compacted: 'c',
  tail: 't',
  next: 'n',
  bases: 'b',
  entries: 'y',
  producers: 'p',
  evictions: 'x',
  swaps: 'w',
  barrier: 'g',
  deleted: 'k',
} as const;

export function encodeHead(partition: PartitionKey, head: Head): StoredItem {
  assertHead(head);
  const bases = head.entries.map(({ appendId, base }) => [appendId, number(base)]);
  const entries = head.entries.map(({ appendId, entry }) => [appendId, { B: entry }]);
  const producers = [...head.producers].map(([producerId, state]) => [producerId, { B: state }]);
  return {
    ...encodeKey(headKey(partition)),
    [HEAD.leader]: number(head.leader),
    [HEAD.epoch]: number(head.epoch),
    [HEAD.start]: number(head.start),
    [HEAD.compacted]: number(head.compacted),
    [HEAD.tail]: number(head.tail),
    [HEAD.next]: number(head.next),
    [HEAD.bases]: { M: Object.fromEntries(bases) },
    [HEAD.entries]: { M: Object.fromEntries(entries) },
    [HEAD.producers]: { M: Object.fromEntries(producers) },
    [HEAD.evictions]: number(head.evictions),
    [HEAD.swaps]: number(head.swaps),
    [HEAD.barrier]: { S: head.barrier },
    ...(head.deleted && { [HEAD.deleted]: { BOOL: true } }),
  };
}

export function decodeHead(stored: StoredItem): Head {
  const bases = mapOf(stored[HEAD.bases]);
  const entries: HeadEntry[] = Object.entries(mapOf(stored[HEAD.entries])).map(([appendId, entry]) => ({
    appendId,
    base: offsetOf(bases[appendId]),
    entry: bytesOf(entry),
  }));
  assert(entries.length === Object.keys(bases).length, 'a head with a base that has no entry');
  const producers = Object.entries(mapOf(stored[HEAD.producers])).map(
    ([producerId, state]) => [producerId, bytesOf(state)] as const,
  );
  const head: Head = {
    leader: numberOf(stored[HEAD.leader]),
    epoch: asEpoch(numberOf(stored[HEAD.epoch])),
    start: offsetOf(stored[HEAD.start]),
    compacted: offsetOf(stored[HEAD.compacted]),
    tail: offsetOf(stored[HEAD.tail]),
    next: offsetOf(stored[HEAD.next]),
    entries: entries.sort((a, b) => a.base - b.base),
    producers: new Map(producers),
    evictions: numberOf(stored[HEAD.evictions]),
    swaps: numberOf(stored[HEAD.swaps]),
    barrier: textOf(stored[HEAD.barrier]),
    deleted: stored[HEAD.deleted] !== undefined,
  };
  assertHead(head);
  return head;
}

export function number(value: number): AttributeValue {
  assert(Number.isSafeInteger(value), `${value} is no whole number`);
  return { N: String(value) };
}

function numberOf(value: AttributeValue | undefined): number {
  assert(value?.N !== undefined, 'a head without one of its numbers');
  return Number(value.N);
}

function offsetOf(value: AttributeValue | undefined): Offset {
  return asOffset(numberOf(value));
}

function textOf(value: AttributeValue | undefined): string {
  assert(value?.S !== undefined, 'a head without its barrier');
  return value.S;
}

function bytesOf(value: AttributeValue | undefined): Uint8Array {
  assert(value?.B !== undefined, 'a head with an entry or a state that is no bytes');
  return value.B;
}

function mapOf(value: AttributeValue | undefined): Record<string, AttributeValue> {
  assert(value?.M !== undefined, 'a head without one of its maps');
  return value.M;
}
