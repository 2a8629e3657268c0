import type { Offset } from '../../kafka/types.ts';
import type { Head, HeadOutcome } from '../head.ts';
import { done, refused } from './outcome.ts';

/** Retention: nothing below `to` is readable from now on. */
export function applyAdvance(head: Head | undefined, to: Offset): HeadOutcome {
  if (head === undefined || head.deleted) return refused(head);

  const rises = head.start < to; // I7: start never falls
  const isWithinLog = head.next >= to; // I7: a fetch at the log's end is never out of range
  if (!(rises && isWithinLog)) return refused(head);

  return done({ ...head, start: to });
}
