import assert from 'node:assert/strict';
import type { Head, HeadOutcome, HeadTrim } from '../head.ts';
import { done, refused, sameBytes } from './outcome.ts';

/**
 * Lets go of what a page and producer items now hold.
 * @throws AssertionError when `remove` and `to` do not belong to one page: the head would have a hole.
 */
export function applyTrim(head: Head | undefined, trim: HeadTrim): HeadOutcome {
  assert(trim.from < trim.to, `a page from ${trim.from} to ${trim.to}`);

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
