import type { Stores } from '../../lib/storage/embedded.ts';

export interface CountedStores {
  readonly stores: Stores;
  /** Calls that have begun and not ended, as `metadata.append`. */
  readonly inFlight: () => string[];
  /** All that have begun. */
  readonly begun: readonly string[];
}

/** The same stores, and what became of their calls. */
export function countCalls(stores: Stores): CountedStores {
  const begun: string[] = [];
  const calls = new Map<symbol, string>();
  const counted = <Store extends object>(name: string, store: Store): Store =>
    new Proxy(store, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          const call = Symbol();
          const operation = `${name}.${String(property)}`;
          begun.push(operation);
          calls.set(call, operation);
          try {
            return await Reflect.apply(value, target, args);
          } finally {
            calls.delete(call);
          }
        };
      },
    });
  return {
    stores: {
      objects: counted('objects', stores.objects),
      metadata: counted('metadata', stores.metadata),
      close: () => stores.close(),
    },
    inFlight: () => [...calls.values()],
    begun,
  };
}
