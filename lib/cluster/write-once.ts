import { isWorthRepeating, RefusedError, UnknownOutcomeError } from '../storage/errors.ts';
import type { Item, WriteOp } from '../storage/item.ts';
import type { MetadataStore } from '../storage/metadata-store.ts';

/** How often one write or one idempotent call is sent before its error is the caller's. */
const ATTEMPTS_MAX = 4;

export type WriteOutcome =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'refused';
      /** What stands there, for each op. */
      readonly current: readonly (Item | undefined)[];
      /** An answer was lost before: what stands there may be this very write. */
      readonly mayBeOwn: boolean;
    };

/** Repeats a call that may be done any number of times. @throws what the last attempt threw. */
export async function repeat<Result>(call: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !isWorthRepeating(error)) throw error;
    }
  }
}

/**
 * Sends a write again when its outcome is unknown. That is safe only when it can land once, so at least one
 * of its ops must name a version or an absence that the write itself ends for good.
 *
 * @throws NotDoneError, UnknownOutcomeError after the last attempt.
 */
export async function writeOnce(store: MetadataStore, ops: readonly WriteOp[]): Promise<WriteOutcome> {
  let mayBeOwn = false;
  try {
    await repeat(async () => {
      try {
        await store.write(ops);
      } catch (error) {
        mayBeOwn ||= error instanceof UnknownOutcomeError;
        throw error;
      }
    });
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { kind: 'refused', current: error.current, mayBeOwn };
  }
}
