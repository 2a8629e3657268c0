import type { MetadataStore } from '../../../lib/storage/metadata-store.ts';

/** A home of metadata under test: an empty store, and by its own real means what makes it fail. */
export interface MetadataHome {
  readonly store: MetadataStore;
  /** Another store on the same data, as another process would open it; `close` closes it too. */
  openAnother(): Promise<MetadataStore>;
  readonly faults?: {
    /** Runs `work` while nothing can be written, and that is sure. */
    notDone?<Result>(work: () => Promise<Result>): Promise<Result>;
    /** Runs `work` while the store cannot tell whether it has written. */
    unknown?<Result>(work: () => Promise<Result>): Promise<Result>;
  };
  close(): Promise<void>;
}
