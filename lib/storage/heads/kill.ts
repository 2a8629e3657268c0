import type { Head, HeadOutcome } from '../head.ts';
import { done, refused } from './outcome.ts';

/** Marks the head of a deleted topic. Marking it again is done too, so that a deletion can be taken up again. */
export function applyKill(head: Head | undefined): HeadOutcome {
  if (head === undefined) return refused(head);
  return done({ ...head, deleted: true });
}
