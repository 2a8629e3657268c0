import assert from 'node:assert/strict';
import type { Head, HeadOutcome } from '../head.ts';
import { decodeHead } from './head-codec.ts';
import type { HeadUpdate } from './head-update.ts';
import { type Table, updateHead } from './table.ts';

/**
 * One operation on one head. `apply` is what the operation means (`lib/storage/heads`): a head that DynamoDB
 * refused to change has to be one that it refuses too, so that the two never drift apart unnoticed.
 * @throws NotDoneError, UnknownOutcomeError
 */
export async function changeHead(
  table: Table,
  update: HeadUpdate,
  apply: (head: Head | undefined) => HeadOutcome,
): Promise<HeadOutcome> {
  const { kind, item } = await updateHead(table, update);
  if (kind === 'done') return { kind, head: decodeHead(item) };
  return refusedHead(item && decodeHead(item), apply);
}

/** @throws AssertionError when the head should have been changed, or the operation is a caller's bug. */
export function refusedHead(
  head: Head | undefined,
  apply: (head: Head | undefined) => HeadOutcome,
): HeadOutcome {
  assert(apply(head).kind === 'refused', 'DynamoDB refused what holds its conditions');
  return { kind: 'refused', head };
}
