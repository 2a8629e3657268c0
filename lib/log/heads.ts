import { LRUCache } from 'lru-cache';
import type { Head, PartitionKey } from '../storage/head.ts';
import type { MetadataStore } from '../storage/metadata-store.ts';
import { partitionId } from './partition-id.ts';

/**
 * The heads that we saw last. They may be old: whoever writes by one says so in a condition, and learns the
 * head as it is when the condition does not hold.
 */
export class Heads {
  readonly #metadata: MetadataStore;
  readonly #seen: LRUCache<string, Head>;

  /** Remembers `headsMax` of them: those used last. */
  constructor(metadata: MetadataStore, headsMax: number) {
    this.#metadata = metadata;
    this.#seen = new LRUCache({ max: headsMax });
  }

  /** The heads seen last, those never seen being read; `undefined` for one that does not exist. */
  async getMany(partitions: readonly PartitionKey[]): Promise<(Head | undefined)[]> {
    const unseen = partitions.filter((partition) => !this.#seen.has(partitionId(partition)));
    if (unseen.length > 0) await this.refresh(unseen);
    return partitions.map((partition) => this.#seen.get(partitionId(partition)));
  }

  /** Reads the heads as they are. */
  async refresh(partitions: readonly PartitionKey[]): Promise<void> {
    const heads = await this.#metadata.getHeads(partitions);
    heads.forEach((head, index) => {
      const partition = partitions[index];
      if (partition !== undefined) this.saw(partition, head);
    });
  }

  /** Remembers a head that the store showed, unless a later one is known: answers may overtake each other. */
  saw(partition: PartitionKey, head: Head | undefined): void {
    const id = partitionId(partition);
    const known = this.#seen.get(id);
    if (head === undefined) this.#seen.delete(id);
    else if (known === undefined || !isOlder(head, known)) this.#seen.set(id, head);
  }
}

/** All of these only grow, so a head that is behind in any of them is the older one. */
function isOlder(head: Head, than: Head): boolean {
  return (
    head.next < than.next ||
    head.epoch < than.epoch ||
    head.tail < than.tail ||
    head.evictions < than.evictions ||
    head.barrier < than.barrier
  );
}
