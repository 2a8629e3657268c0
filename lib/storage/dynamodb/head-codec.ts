import assert from 'node:assert/strict';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { asEpoch, asOffset, type Offset } from '../../kafka/types.ts';
import type { Head, HeadEntry, PartitionKey } from '../head.ts';
import { assertHead } from '../heads/assert-head.ts';
import { headKey } from '../keys.ts';
import { headAttributes } from './attributes.ts';
import { encodeKey, type StoredItem } from './item-codec.ts';

export function encodeHead(partition: PartitionKey, head: Head): StoredItem {
  assertHead(head);
  const bases = head.entries.map(({ appendId, base }) => [appendId, number(base)]);
  const entries = head.entries.map(({ appendId, entry }) => [appendId, { B: entry }]);
  const producers = [...head.producers].map(([producerId, state]) => [producerId, { B: state }]);
  return {
    ...encodeKey(headKey(partition)),
    [headAttributes.leader]: number(head.leader),
    [headAttributes.epoch]: number(head.epoch),
    [headAttributes.start]: number(head.start),
    [headAttributes.compacted]: number(head.compacted),
    [headAttributes.tail]: number(head.tail),
    [headAttributes.next]: number(head.next),
    [headAttributes.bases]: { M: Object.fromEntries(bases) },
    [headAttributes.entries]: { M: Object.fromEntries(entries) },
    [headAttributes.producers]: { M: Object.fromEntries(producers) },
    [headAttributes.evictions]: number(head.evictions),
    [headAttributes.swaps]: number(head.swaps),
    [headAttributes.barrier]: { S: head.barrier },
    ...(head.deleted && { [headAttributes.deleted]: { BOOL: true } }),
  };
}

export function decodeHead(stored: StoredItem): Head {
  const bases = mapOf(stored[headAttributes.bases]);
  const entries: HeadEntry[] = Object.entries(mapOf(stored[headAttributes.entries])).map(
    ([appendId, entry]) => ({
      appendId,
      base: offsetOf(bases[appendId]),
      entry: bytesOf(entry),
    }),
  );
  assert(entries.length === Object.keys(bases).length, 'a head with a base that has no entry');
  const producers = Object.entries(mapOf(stored[headAttributes.producers])).map(
    ([producerId, state]) => [producerId, bytesOf(state)] as const,
  );
  const head: Head = {
    leader: numberOf(stored[headAttributes.leader]),
    epoch: asEpoch(numberOf(stored[headAttributes.epoch])),
    start: offsetOf(stored[headAttributes.start]),
    compacted: offsetOf(stored[headAttributes.compacted]),
    tail: offsetOf(stored[headAttributes.tail]),
    next: offsetOf(stored[headAttributes.next]),
    entries: entries.sort((a, b) => a.base - b.base),
    producers: new Map(producers),
    evictions: numberOf(stored[headAttributes.evictions]),
    swaps: numberOf(stored[headAttributes.swaps]),
    barrier: textOf(stored[headAttributes.barrier]),
    deleted: stored[headAttributes.deleted] !== undefined,
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
