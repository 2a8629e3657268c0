import { NotDoneError } from '../storage/errors.ts';
import { clusterMetaKey } from '../storage/keys.ts';
import type { MetadataStore } from '../storage/metadata-store.ts';
import { encodeClusterMeta, findClusterMeta } from './cluster-meta.ts';
import { writeOnce } from './write-once.ts';

const ATTEMPTS_MAX = 20;

/**
 * Passes over producer ids, for a store that was set back: those that were handed out since may be in use, and the
 * batches of two producers with one id would pass for repeats of each other (I6).
 *
 * @returns the first id that will be handed out.
 * @throws NotDoneError when there is no cluster, or others go on taking ids; FormatVersionError, StoreErrors.
 */
export async function skipProducerIds(store: MetadataStore, count: number): Promise<number> {
  const { nextProducerId: before } = await findClusterMeta(store);
  const target = before + count;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const { clusterId, nextProducerId, version } = await findClusterMeta(store);
    if (nextProducerId >= target) return nextProducerId;
    const attributes = encodeClusterMeta({ clusterId, nextProducerId: target });
    await writeOnce(store, [{ kind: 'put', key: clusterMetaKey, attributes, condition: { version } }]);
  }
  throw new NotDoneError('producer ids are being taken all the time: stop the brokers that use this table', {
    retriable: true,
  });
}
