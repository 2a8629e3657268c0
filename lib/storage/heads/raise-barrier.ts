import type { Head, HeadOutcome, ObjectId } from '../head.ts';
import { done, refused } from './outcome.ts';

/** From now on no append or swap may refer to an object whose id is not above `id`. */
export function applyRaiseBarrier(head: Head | undefined, id: ObjectId): HeadOutcome {
  if (head === undefined || head.deleted) return refused(head);

  const rises = head.barrier < id; // I5: a barrier that fell would let a deleted object back in
  if (!rises) return refused(head);

  return done({ ...head, barrier: id });
}
