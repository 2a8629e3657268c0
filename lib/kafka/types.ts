/** Numbers that mean different things get different types, so that the compiler keeps them apart. */
declare const brand: unique symbol;
type Branded<Name extends string> = number & { readonly [brand]: Name };

/** Position of a record in its partition: a whole number from 0 that fits a double exactly (up to 2^53 - 1). */
export type Offset = Branded<'Offset'>;

/** A leader epoch: grows by one at every takeover of a partition. Fits Kafka's int32. */
export type Epoch = Branded<'Epoch'>;

const INT32_MAX = 2 ** 31 - 1;

/** @throws RangeError when `value` is no whole number from 0 to 2^53 - 1. */
export function asOffset(value: number): Offset {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not an offset: ${value}`);
  return value as Offset;
}

/** @throws RangeError when `value` is no whole number from 0 to 2^31 - 1. */
export function asEpoch(value: number): Epoch {
  if (!Number.isSafeInteger(value) || value < 0 || value > INT32_MAX) {
    throw new RangeError(`not a leader epoch: ${value}`);
  }
  return value as Epoch;
}
