import type { Head } from '../../../lib/storage/head.ts';
import { newHead } from '../../../lib/storage/heads/new-head.ts';
import type { Item, ItemKey } from '../../../lib/storage/item.ts';
import { canonical } from './canonical.ts';

/** Both stores at one moment. Immutable: a call makes another one. */
export interface StoreState {
  readonly head: Head;
  /** By {@link itemName}. */
  readonly items: ReadonlyMap<string, Item>;
  readonly objects: ReadonlyMap<string, Uint8Array>;
}

export const BROKER_ID = 1;
export const PARTITION = { topicId: 'topic', partition: 0 };

export const itemName = ({ pk, sk }: ItemKey): string => `${pk}/${sk}`;

export function emptyStores(): StoreState {
  return { head: newHead(BROKER_ID), items: new Map(), objects: new Map() };
}

/** The same text for stores that no call can tell apart. */
export function textOf({ head, items, objects }: StoreState): string {
  const sortedItems = [...items.values()].map(canonical).sort();
  const sortedObjects = [...objects].map(([key, bytes]) => `${key}:${canonical(bytes)}`).sort();
  return `${canonical(head)}|${sortedItems.join()}|${sortedObjects.join()}`;
}
