import assert from 'node:assert/strict';
import { asOffset } from '../../kafka/types.ts';
import type { Head, HeadAppend, HeadOutcome, ProducerUpdate } from '../head.ts';
import { done, refused, sameBytes } from './outcome.ts';

/** So that the conditions of one append stay within what DynamoDB takes of an expression. */
export const APPEND_PRODUCERS_MAX = 64;

/** @throws AssertionError when it takes no offset, or names one producer twice, or too many: a caller's bug. */
export function assertAppend({ appendId, count, producers }: HeadAppend): void {
  assert(Number.isSafeInteger(count) && count >= 1, `an append of ${count} records`);
  assert(appendId !== '', 'an append needs an id');
  assert(producers.length <= APPEND_PRODUCERS_MAX, `an append of ${producers.length} producers`);
  const producerIds = new Set(producers.map((producer) => producer.producerId));
  assert(producerIds.size === producers.length, 'an append names a producer twice');
}

/** Gives an append its offsets. There is no condition on `next`: appends by many processes commute. */
export function applyAppend(head: Head | undefined, append: HeadAppend): HeadOutcome {
  assertAppend(append);

  if (head === undefined || head.deleted) return refused(head);

  const underCurrentEpoch = head.epoch === append.epoch; // I2: a deposed leader cannot write
  const firstTime = !head.entries.some((entry) => entry.appendId === append.appendId); // I2: at most once
  const objectIsSafe = head.barrier < append.objectId; // I5: garbage collection has not passed the object
  const inSequence = append.producers.every((producer) => isAsSeen(head, producer)); // I6: no gap, no repeat
  if (!(underCurrentEpoch && firstTime && objectIsSafe && inSequence)) return refused(head);

  const producers = new Map(head.producers);
  for (const { producerId, state } of append.producers) producers.set(producerId, state);
  return done({
    ...head,
    next: asOffset(head.next + append.count),
    entries: [...head.entries, { appendId: append.appendId, base: head.next, entry: append.entry }],
    producers,
  });
}

function isAsSeen(head: Head, { producerId, seen }: ProducerUpdate): boolean {
  const state = head.producers.get(producerId);
  if (seen instanceof Uint8Array) return state !== undefined && sameBytes(state, seen);
  return state === undefined && head.evictions === seen.absentAtEvictions;
}
