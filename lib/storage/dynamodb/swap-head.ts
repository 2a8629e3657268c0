import assert from 'node:assert/strict';
import { NotDoneError, RefusedError, UnknownOutcomeError } from '../errors.ts';
import type { HeadOutcome } from '../head.ts';
import { applySwap } from '../heads/swap.ts';
import type { Version } from '../item.ts';
import { headKey } from '../keys.ts';
import type { HeadSwap } from '../metadata-store.ts';
import { refusedHead } from './change-head.ts';
import { decodeHead } from './head-codec.ts';
import { swapUpdate } from './heads/swap.ts';
import { encodeItem, encodeKey, type StoredItem } from './item-codec.ts';
import { getItem, refusedItems, type Table, transact } from './table.ts';

/**
 * The head and its segments in one transaction. A transaction does not show what it wrote, so the head is read
 * behind it: by then others may have appended.
 * @throws NotDoneError, UnknownOutcomeError
 */
export async function swapHead(
  table: Table,
  swap: HeadSwap,
  newVersion: () => Version,
): Promise<HeadOutcome> {
  const TableName = table.name;
  const ReturnValuesOnConditionCheckFailure = 'ALL_OLD' as const;
  try {
    await transact(table, [
      { Update: { TableName, ...swapUpdate(swap), ReturnValuesOnConditionCheckFailure } },
      ...swap.put.map(({ key, ...content }) => ({
        Put: { TableName, Item: encodeItem(key, newVersion(), content) },
      })),
      ...swap.remove.map((key) => ({ Delete: { TableName, Key: encodeKey(key) } })),
    ]);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const [stored] = refusedItems(error);
    return refusedHead(stored && decodeHead(stored), (head) => applySwap(head, swap));
  }
  const stored = await readBehind(table, swap);
  assert(stored !== undefined, 'a head vanished behind a swap');
  return { kind: 'done', head: decodeHead(stored) };
}

/** What cannot be read now was written all the same. */
async function readBehind(table: Table, { partition }: HeadSwap): Promise<StoredItem | undefined> {
  try {
    return await getItem(table, headKey(partition));
  } catch (cause) {
    if (!(cause instanceof NotDoneError)) throw cause;
    throw new UnknownOutcomeError(`a swap was done, and then: ${cause.message}`, { cause });
  }
}
