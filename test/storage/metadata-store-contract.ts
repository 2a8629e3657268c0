import { afterEach, beforeEach, describe } from 'vitest';
import type { MetadataStore } from '../../lib/storage/metadata-store.ts';
import { describeAppends } from './metadata-store-contract/appends.ts';
import { describeFaults } from './metadata-store-contract/faults.ts';
import { describeHeads } from './metadata-store-contract/heads.ts';
import type { MetadataHome } from './metadata-store-contract/home.ts';
import { describeItems } from './metadata-store-contract/items.ts';
import { describeQueries } from './metadata-store-contract/queries.ts';
import { describeWrites } from './metadata-store-contract/writes.ts';

export type { MetadataHome };

/** The contract of {@link MetadataStore}: every home passes it, and none is stricter or laxer than another. */
export function describeMetadataStore(name: string, open: () => Promise<MetadataHome>): void {
  describe(name, () => {
    let home: MetadataHome;
    let store: MetadataStore;
    beforeEach(async () => {
      home = await open();
      store = home.store;
    });
    afterEach(() => home.close());

    describeItems(() => store);
    describeWrites(() => store);
    describeQueries(() => store);
    describeHeads(() => home);
    describeAppends(() => home);
    describeFaults(() => home);
  });
}
