import assert from 'node:assert/strict';
import { asEpoch, asOffset } from '../../kafka/types.ts';
import { DYNAMODB_ITEM_BYTES_MAX, headBytes } from '../dynamodb/item-size.ts';
import type { Head } from '../head.ts';

/**
 * What is true of every head, whoever wrote it. Asserted when a head is made and when it is read back, so that
 * a slip shows where it happened and not where it is missed.
 */
export function assertHead(head: Head): void {
  asEpoch(head.epoch);
  asOffset(head.start);
  asOffset(head.compacted);
  asOffset(head.tail);
  asOffset(head.next);
  assert(head.start <= head.next, `start ${head.start} lies above next ${head.next}`); // I7
  assert(head.compacted <= head.tail, `compacted ${head.compacted} lies above tail ${head.tail}`); // I4
  assert(head.tail <= head.next, `tail ${head.tail} lies above next ${head.next}`); // I1
  assert(Number.isSafeInteger(head.leader), `leader ${head.leader} is no broker id`);
  assert(Number.isSafeInteger(head.evictions) && head.evictions >= 0, `evictions ${head.evictions}`);
  assert(Number.isSafeInteger(head.swaps) && head.swaps >= 0, `swaps ${head.swaps}`);
  assertEntriesCoverTailToNext(head);
  assertFitsAnItem(head);
}

/** I1, I4: an offset in `[tail, next)` is found in the head or nowhere, so its entries leave no room at either end. */
function assertEntriesCoverTailToNext(head: Head): void {
  let above: number = head.tail;
  let first = true;
  for (const { base } of head.entries) {
    if (first) assert(base === above, `the first entry begins at ${base}, tail is ${head.tail}`);
    else assert(base > above, `an entry begins at ${base}, the one before it at ${above}`);
    above = base;
    first = false;
  }
  if (first) assert(head.tail === head.next, `no entries, but tail ${head.tail} and next ${head.next}`);
  else assert(above < head.next, `the last entry begins at ${above}, next is ${head.next}`);
}

/** Fewer are certainly small, and need no count. */
const PARTS_COUNTED_FROM = 100;

/** Long before that, appends wait for a roll. */
function assertFitsAnItem(head: Head): void {
  if (head.entries.length + head.producers.size < PARTS_COUNTED_FROM) return;
  const bytes = headBytes(head);
  assert(
    bytes <= DYNAMODB_ITEM_BYTES_MAX,
    `a head of ${bytes} bytes, above the ${DYNAMODB_ITEM_BYTES_MAX} that DynamoDB takes`,
  );
}
