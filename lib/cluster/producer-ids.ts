import { KafkaError } from '../kafka/errors.ts';
import { isWorthRepeating, RefusedError } from '../storage/errors.ts';
import { clusterMetaKey } from '../storage/keys.ts';
import type { MetadataStore } from '../storage/metadata-store.ts';
import { type ClusterMeta, encodeClusterMeta, readClusterMeta } from './cluster-meta.ts';
import { withKafkaErrors } from './store-errors.ts';
import type { ProducerIds } from './types.ts';

/** As Kafka's AllocateProducerIds: ids of a block that nobody asked for before the crash are never used. */
const BLOCK_IDS = 1_000;
/** Each lost race means that another process got its block, so this many in a row are an overload. */
const ATTEMPTS_MAX = 20;

interface Block {
  next: number;
  readonly end: number;
}

/** Hands out ids from a block of its own; only taking a block goes to the store. */
export class StoredProducerIds implements ProducerIds {
  readonly #store: MetadataStore;
  #block: Block = { next: 0, end: 0 };
  #allocation: Promise<void> | undefined;

  constructor(store: MetadataStore) {
    this.#store = store;
  }

  /** @throws KafkaError KAFKA_STORAGE_ERROR, COORDINATOR_LOAD_IN_PROGRESS. */
  async next(): Promise<number> {
    while (this.#block.next === this.#block.end) {
      this.#allocation ??= this.#allocate().finally(() => {
        this.#allocation = undefined;
      });
      await this.#allocation;
    }
    return this.#block.next++;
  }

  async #allocate(): Promise<void> {
    this.#block = await withKafkaErrors(() => takeBlock(this.#store));
  }
}

async function takeBlock(store: MetadataStore): Promise<Block> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const meta = await readClusterMeta(store);
    if (meta === undefined) throw new Error('assertion failed: the cluster meta item is there since start');
    const end = meta.nextProducerId + BLOCK_IDS;
    if (await raiseNextProducerId(store, meta, end)) return { next: meta.nextProducerId, end };
  }
  throw new KafkaError(
    'COORDINATOR_LOAD_IN_PROGRESS',
    'Too many processes ask for producer ids at once. Try again in a moment.',
  );
}

/** False when somebody else was first, or when nobody knows: then the block is given up, perhaps unused. */
async function raiseNextProducerId(
  store: MetadataStore,
  meta: ClusterMeta,
  nextProducerId: number,
): Promise<boolean> {
  const attributes = encodeClusterMeta({ clusterId: meta.clusterId, nextProducerId });
  const stillAsRead = { version: meta.version };
  try {
    await store.write([{ kind: 'put', key: clusterMetaKey, attributes, condition: stillAsRead }]);
    return true;
  } catch (error) {
    if (error instanceof RefusedError || isWorthRepeating(error)) return false;
    throw error;
  }
}
