import assert from 'node:assert/strict';
import { assertWriteOps } from '../assert-request.ts';
import type { Head, HeadOutcome } from '../head.ts';
import type { HeadSwap } from '../metadata-store.ts';
import { done, refused } from './outcome.ts';

/** The head is the hundredth op of the transaction. */
const SEGMENT_OPS_MAX = 99;

/**
 * The head's part of a swap; the caller puts and removes the segments in the same transaction.
 * @throws AssertionError when `to` lies below `compacted` though nobody swapped since: a caller's bug.
 */
export function applySwap(
  head: Head | undefined,
  swap: Pick<HeadSwap, 'seen' | 'to' | 'segmentId'>,
): HeadOutcome {
  if (head === undefined || head.deleted) return refused(head);

  const nobodySwappedSince = head.swaps === swap.seen; // I4: two compactors do not replace each other's segments
  const isRolled = head.tail >= swap.to; // I4: what is compacted has left the head
  const segmentIsSafe = head.barrier < swap.segmentId; // I5: garbage collection has not passed the segment
  if (!(nobodySwappedSince && isRolled && segmentIsSafe)) return refused(head);

  assert(swap.to >= head.compacted, `a swap to ${swap.to} below compacted ${head.compacted}`);
  return done({ ...head, compacted: swap.to, swaps: head.swaps + 1 });
}

/** @throws AssertionError when its segments are more than 99, or one is named twice: a caller's bug. */
export function assertSwap({ put, remove }: Pick<HeadSwap, 'put' | 'remove'>): void {
  if (put.length + remove.length === 0) return;
  assert(put.length + remove.length <= SEGMENT_OPS_MAX, `a swap of ${put.length + remove.length} segments`);
  assertWriteOps([
    ...put.map((item) => ({ ...item, kind: 'put' as const, condition: 'none' as const })),
    ...remove.map((key) => ({ kind: 'delete' as const, key, condition: 'none' as const })),
  ]);
}
