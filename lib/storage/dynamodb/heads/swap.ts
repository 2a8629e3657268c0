import type { HeadSwap } from '../../metadata-store.ts';
import { number } from '../head-codec.ts';
import { type HeadUpdate, headUpdate } from '../head-update.ts';
import { topicIsAlive } from './conditions.ts';

const nobodySwappedSince = 'w = :seen'; // I4: two compactors do not replace each other's segments
const isRolled = 't >= :to'; // I4: what is compacted has left the head
const neverFalls = 'c <= :to'; // I4: what was compacted stays so; to ask for less is a caller's bug
const segmentIsSafe = 'g < :segmentId'; // I5: garbage collection has not passed the segment

/** The head's part of a swap; the segments are put and removed in the same transaction. */
export function swapUpdate({ partition, seen, to, segmentId }: HeadSwap): HeadUpdate {
  return headUpdate(partition, {
    set: ['c = :to', 'w = w + :one'],
    conditions: [nobodySwappedSince, isRolled, neverFalls, segmentIsSafe, topicIsAlive],
    values: { ':seen': number(seen), ':to': number(to), ':one': number(1), ':segmentId': { S: segmentId } },
  });
}
