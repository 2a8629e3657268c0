import { queryAll } from '../../cluster/query-all.ts';
import { retryRepeatable } from '../../log/retry.ts';
import type { Runtime } from '../../log/runtime.ts';
import type { PartitionKey } from '../../storage/head.ts';
import type { Condition, WriteOp } from '../../storage/item.ts';
import { committedOffsetKey, committedOffsetsRange, committedPartitionOf } from '../../storage/keys.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import {
  type CommittedPartition,
  decodeCommitted,
  encodeCommitted,
  type StoredPartition,
} from '../codec/committed-offset.ts';

/** The committed offsets of groups in the metadata store. */
export class OffsetStore {
  readonly #metadata: MetadataStore;
  readonly #runtime: Runtime;

  constructor(metadata: MetadataStore, runtime: Runtime) {
    this.#metadata = metadata;
    this.#runtime = runtime;
  }

  async get(groupId: string, partition: PartitionKey): Promise<StoredPartition | undefined> {
    const key = committedOffsetKey(groupId, partition);
    const item = await retryRepeatable(this.#runtime, () => this.#metadata.get(key));
    return item && decodeCommitted(item);
  }

  /** In the order of the partitions; at most 1,000. */
  async getMany(
    groupId: string,
    partitions: readonly PartitionKey[],
  ): Promise<(StoredPartition | undefined)[]> {
    if (partitions.length === 0) return [];
    const keys = partitions.map((each) => committedOffsetKey(groupId, each));
    const items = await retryRepeatable(this.#runtime, () => this.#metadata.getMany(keys));
    return items.map((item) => item && decodeCommitted(item));
  }

  /** All that stand there, in no order that means anything; of earlier groups of the name too. */
  async *all(groupId: string): AsyncGenerator<StoredPartition & { readonly partition: PartitionKey }> {
    for await (const item of queryAll(this.#metadata, committedOffsetsRange(groupId))) {
      yield { ...decodeCommitted(item), partition: committedPartitionOf(item.key) };
    }
  }
}

/** Puts what a group keeps for a partition in the place of what was read there. */
export function putCommitted(
  groupId: string,
  partition: PartitionKey,
  next: CommittedPartition,
  read: StoredPartition | undefined,
): WriteOp {
  const stillAsRead: Condition = read === undefined ? 'absent' : { version: read.version }; // I8
  return {
    kind: 'put',
    key: committedOffsetKey(groupId, partition),
    attributes: encodeCommitted(next),
    condition: stillAsRead,
  };
}
