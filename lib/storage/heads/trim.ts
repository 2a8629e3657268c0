import assert from 'node:assert/strict';
import type { Head, HeadOutcome, HeadTrim } from '../head.ts';
import { done, refused, sameBytes } from './outcome.ts';

/** So that the update and the conditions of one trim stay within what DynamoDB takes of an expression. */
export const TRIM_ENTRIES_MAX = 200;
export const TRIM_PRODUCERS_MAX = 50;

/** @throws AssertionError when it trims nothing, or too much at once: a caller's bug. */
export function assertTrim({ from, to, remove, evict }: HeadTrim): void {
  assert(from < to, `a page from ${from} to ${to}`);
  assert(remove.length <= TRIM_ENTRIES_MAX, `a trim of ${remove.length} entries`);
  assert(evict.length <= TRIM_PRODUCERS_MAX, `a trim of ${evict.length} producers`);
  const producerIds = new Set(evict.map((producer) => producer.producerId));
  assert(producerIds.size === evict.length, 'a trim names a producer twice');
}

/**
 * Lets go of what a page and producer items now hold.
 * @throws AssertionError when `remove` and `to` do not belong to one page: the head would have a hole.
 */
export function applyTrim(head: Head | undefined, trim: HeadTrim): HeadOutcome {
  assertTrim(trim);

  if (head === undefined || head.deleted) return refused(head);

  const pageIsNext = head.tail === trim.from; // I4: pages form a chain, and each leaves the head once
  const nothingNewer = trim.evict.every(({ producerId, written }) => {
    const state = head.producers.get(producerId);
    return state !== undefined && sameBytes(state, written); // I6: what was written out is the latest
  });
  if (!(pageIsNext && nothingNewer)) return refused(head);

  const removed = new Set(trim.remove);
  const evicted = new Set(trim.evict.map((producer) => producer.producerId));
  return done({
    ...head,
    tail: trim.to,
    entries: head.entries.filter((entry) => !removed.has(entry.appendId)),
    producers: new Map([...head.producers].filter(([producerId]) => !evicted.has(producerId))),
    evictions: head.evictions + (evicted.size > 0 ? 1 : 0),
  });
}
