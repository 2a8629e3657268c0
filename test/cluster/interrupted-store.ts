import type { MetadataStore } from '../../lib/storage/metadata-store.ts';

export interface Interruption {
  /** Calls that are served before the interrupted one. */
  readonly callsBefore: number;
  /** Whether the interrupted call is done all the same. */
  readonly isDone: boolean;
  /** Whether every later call fails too, as for a process that died, or is served again. */
  readonly isForGood: boolean;
  readonly makeError: () => Error;
}

/** A real store, one of whose calls raises an error; `wasInterrupted` tells whether it came to that call. */
export function interruptedStore(
  store: MetadataStore,
  interruption: Interruption,
): { readonly store: MetadataStore; readonly wasInterrupted: () => boolean } {
  const { callsBefore, isDone, isForGood, makeError } = interruption;
  let calls = 0;
  const wrapped = new Proxy(store, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        const call = calls++;
        const isServed = call < callsBefore || (call > callsBefore && !isForGood);
        if (isServed) return Reflect.apply(value, target, args);
        if (call === callsBefore && isDone) await Reflect.apply(value, target, args);
        throw makeError();
      };
    },
  });
  return { store: wrapped, wasInterrupted: () => calls > callsBefore };
}
