/**
 * Every error that a store raises is one of three kinds, and a caller must treat them apart:
 *
 * - *refused*: a condition did not hold; nothing was written, and what stands there instead comes along;
 * - *not done*: nothing was written and nothing will be (busy, throttled, disk full); `retriable` says
 *   whether the same call can succeed in a moment;
 * - *unknown*: no answer, or one that does not tell (timeout, reset, failed fsync): it may have been done,
 *   may be done later, or never.
 */
export type StoreErrorKind = 'refused' | 'notDone' | 'unknown';

export abstract class StoreError extends Error {
  abstract readonly kind: StoreErrorKind;
}

/** A condition did not hold. `current` is what stood there, in the shape that the operation documents. */
export class RefusedError<Current> extends StoreError {
  override readonly name = 'RefusedError';
  readonly kind = 'refused';
  readonly current: Current;

  constructor(message: string, current: Current) {
    super(message);
    this.current = current;
  }
}

/** Nothing was written, and nothing will be. Reads that fail are of this kind too. */
export class NotDoneError extends StoreError {
  override readonly name = 'NotDoneError';
  readonly kind = 'notDone';
  /** True when the same call may succeed in a moment (busy, throttled); false when somebody must act. */
  readonly retriable: boolean;
  /** The store has more to do than it takes. */
  readonly throttled: boolean;

  constructor(message: string, options: { retriable: boolean; throttled?: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.retriable = options.retriable;
    this.throttled = options.throttled ?? false;
  }
}

/** Whether it was written cannot be told: it may have been, may be later, or never. */
export class UnknownOutcomeError extends StoreError {
  override readonly name = 'UnknownOutcomeError';
  readonly kind = 'unknown';

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
  }
}

/** Whether the same call can come to another end: it was not done, but can be, or nobody knows. */
export function isWorthRepeating(error: unknown): boolean {
  return error instanceof UnknownOutcomeError || (error instanceof NotDoneError && error.retriable);
}

/** Whether a store gave it up because it was throttled. */
export function isThrottled(error: unknown): boolean {
  return error instanceof NotDoneError && error.throttled;
}
