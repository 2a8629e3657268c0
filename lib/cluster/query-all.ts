import type { Item } from '../storage/item.ts';
import type { MetadataStore } from '../storage/metadata-store.ts';
import { repeat } from './write-once.ts';

const QUERY_LIMIT = 1_000;

/** Sort keys from the first to the last, both inclusive; open where one is absent. */
export interface KeyRange {
  readonly from?: string;
  readonly to?: string;
}

/** All items of a partition key, in order, however many there are. */
export async function* queryAll(
  store: MetadataStore,
  range: KeyRange & { readonly pk: string },
): AsyncGenerator<Item> {
  let next = range;
  for (;;) {
    const page = await repeat(() => store.query({ ...next, limit: QUERY_LIMIT, direction: 'forward' }));
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < QUERY_LIMIT) return;
    next = { ...range, from: `${last.key.sk}\0` };
  }
}
