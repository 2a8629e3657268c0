/** Something that is opened by whoever first calls it. */
export interface Later<Opened> {
  /** Its methods, all of which answer promises: a call opens it. */
  readonly methods: Opened;
  /** Does something with it, if anybody has opened it; when that failed, whoever called has heard of it. */
  readonly ifOpened: (use: (opened: Opened) => unknown) => Promise<void>;
}

type Method = (...args: unknown[]) => unknown;

/**
 * Puts off opening something, and loading the code for it, until it is called: every start pays for what it loads. When
 * opening fails, the call that asked for it does, and the next one tries again.
 */
export function later<Opened extends object>(open: () => Promise<Opened>): Later<Opened> {
  let opening: Promise<Opened> | undefined;
  const opened = (): Promise<Opened> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const call = async (name: string | symbol, args: unknown[]): Promise<unknown> => {
    const target = await opened();
    return Reflect.apply(Reflect.get(target, name) as Method, target, args);
  };
  const methods = new Proxy({} as Opened, {
    get(own, name) {
      // Whoever awaits the object itself must not take it for a promise.
      if (name === 'then' || Object.hasOwn(own, name)) return Reflect.get(own, name);
      return (...args: unknown[]) => call(name, args);
    },
  });
  const ifOpened = async (use: (target: Opened) => unknown): Promise<void> => {
    const target = await opening?.catch(() => undefined); // heard by whoever called
    if (target !== undefined) await use(target);
  };
  return { methods, ifOpened };
}
