import { NotDoneError, type StoreError, UnknownOutcomeError } from '../errors.ts';
import { forEachBounded } from '../for-each-bounded.ts';
import type { HeadAppend } from '../head.ts';
import { applyAppend } from '../heads/append.ts';
import type { Version } from '../item.ts';
import { headKey, inlineIntakeKey } from '../keys.ts';
import type { AppendFlush, AppendOutcome } from '../metadata-store.ts';
import { changeHead } from './change-head.ts';
import { appendUpdate } from './heads/append.ts';
import { encodeItem } from './item-codec.ts';
import { putItem, type Table } from './table.ts';

/** More heads than that wait for each other, so that one flush does not take every socket. */
const HEADS_AT_ONCE = 32;

/**
 * 1. Put the inline intake. A crash behind it leaves an item that nobody refers to: garbage, never a hole.
 * 2. Update the heads, each for itself; those of one head one behind the other.
 *
 * @throws NotDoneError, UnknownOutcomeError of the intake: then no head was touched.
 */
export async function appendFlush(
  table: Table,
  { intake, appends }: AppendFlush,
  newVersion: () => Version,
): Promise<AppendOutcome[]> {
  if (intake) {
    const content = { attributes: {}, data: intake.data };
    await putItem(table, encodeItem(inlineIntakeKey(intake.objectId), newVersion(), content));
  }
  const outcomes = new Map<HeadAppend, AppendOutcome>();
  await forEachBounded(byHead(appends), HEADS_AT_ONCE, async (sameHead) => {
    let before: AppendOutcome | undefined;
    for (const append of sameHead) {
      if (before instanceof UnknownOutcomeError) before = heldBack(before);
      else if (!(before instanceof NotDoneError)) before = await appendOne(table, append);
      outcomes.set(append, before);
    }
  });
  return appends.map((append) => outcomes.get(append) ?? heldBack(undefined));
}

async function appendOne(table: Table, append: HeadAppend): Promise<AppendOutcome> {
  try {
    return await changeHead(table, appendUpdate(append), (head) => applyAppend(head, append));
  } catch (error) {
    if (error instanceof NotDoneError || error instanceof UnknownOutcomeError) return error;
    throw error;
  }
}

/** The one before it may still come: sent now, this one could overtake it. */
function heldBack(cause: StoreError | undefined): NotDoneError {
  const message = 'an append to the same head gave no answer, and this one stood behind it';
  return new NotDoneError(message, { retriable: true, cause });
}

function byHead(appends: readonly HeadAppend[]): Iterable<HeadAppend[]> {
  return Map.groupBy(appends, ({ partition }) => headKey(partition).pk).values();
}
