import { LRUCache } from 'lru-cache';
import type { LogEntry } from '../codec/log-entry.ts';
import type { Slice } from './slice.ts';

/** What a cached batch costs beyond its bytes. */
const OVERHEAD_BYTES = 200;

/**
 * Slices that were written or read a short while ago. Objects are immutable and a slice belongs to one entry,
 * so what is here is right for ever; the bound is in bytes, and the least recently used goes first.
 */
export class SliceCache {
  readonly #slices: LRUCache<string, Slice>;

  constructor(bytesMax: number) {
    this.#slices = new LRUCache({ maxSize: bytesMax, sizeCalculation: sizeOf });
  }

  get(entry: LogEntry): Slice | undefined {
    return this.#slices.get(keyOf(entry));
  }

  set(entry: LogEntry, slice: Slice): void {
    this.#slices.set(keyOf(entry), slice);
  }
}

const keyOf = ({ objectId, position }: LogEntry): string => `${objectId}@${position}`;

const sizeOf = (slice: Slice): number => slice.reduce((sum, batch) => sum + batch.length + OVERHEAD_BYTES, 1);
