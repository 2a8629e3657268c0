import { AsyncLocalStorage } from 'node:async_hooks';
import type { Stores } from '../../../../lib/storage/embedded.ts';
import { observeStores } from '../../../../lib/storage/observed.ts';

type ProcessStores = Pick<Stores, 'objects' | 'metadata'>;

const onLook = new AsyncLocalStorage<() => void>();

/** Does some work, and tells when the offsets that stand there have been read for it. */
export const noticingLooks = <Result>(look: () => void, work: () => Promise<Result>): Promise<Result> =>
  onLook.run(look, work);

/** Stores whose reads of offsets are noticed by whoever wants to. */
export const withLooks = (stores: ProcessStores): ProcessStores =>
  observeStores(stores, ({ operation, outcome }) => {
    if (operation === 'getMany' && outcome === 'done') onLook.getStore()?.();
  });
