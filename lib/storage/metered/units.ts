/** What DynamoDB bills, on demand (Developer Guide, "Read and write operations"). */
const READ_UNIT_BYTES = 4 * 1024;
const WRITE_UNIT_BYTES = 1024;

/** A strongly consistent read of so many bytes; one that finds nothing costs one too. */
export function readUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));
}

/**
 * A write of an item, by the larger of what it was and what it became. One that is refused by its condition costs
 * as much as it would have for the item as it stands.
 */
export function writeUnits(bytesBefore: number, bytesAfter: number): number {
  return Math.max(1, Math.ceil(Math.max(bytesBefore, bytesAfter) / WRITE_UNIT_BYTES));
}

/** An item of a transaction costs twice as much, done or refused. */
export const TRANSACTION_FACTOR = 2;
