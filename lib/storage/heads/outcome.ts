import type { Head, HeadOutcome } from '../head.ts';
import { assertHead } from './assert-head.ts';

/** The operation was done, and this is the head from now on. */
export function done(head: Head): HeadOutcome {
  assertHead(head);
  return { kind: 'done', head };
}

/** A condition did not hold: the head stays what it is. */
export function refused(head: Head | undefined): HeadOutcome {
  return { kind: 'refused', head };
}

/** Byte for byte, as the contract compares producers' states. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
