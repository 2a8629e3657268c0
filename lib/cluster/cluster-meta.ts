import * as z from 'zod';
import { KafkaError } from '../kafka/errors.ts';
import type { Attributes, Item, Version } from '../storage/item.ts';
import { clusterMetaKey } from '../storage/keys.ts';
import type { MetadataStore } from '../storage/metadata-store.ts';
import { repeat, writeOnce } from './write-once.ts';

/** How the stores are laid out. Raised when an older release could not read what a newer one wrote. */
const FORMAT_VERSION = 1;

const attributesSchema = z.strictObject({
  /** A uuid in Kafka's form: 22 characters of base64url. */
  clusterId: z.string().regex(/^[0-9A-Za-z_-]{22}$/),
  formatVersion: z.literal(FORMAT_VERSION),
  /** Producer ids from this one on have not been handed out. */
  nextProducerId: z.int().min(0),
});

/** What `CLUSTER / meta` says, and the version under which it said so. */
export type ClusterMeta = z.output<typeof attributesSchema> & { readonly version: Version };

/** The stores were written by a release that this one does not understand. */
export class FormatVersionError extends Error {
  override readonly name = 'FormatVersionError';
}

export function encodeClusterMeta(meta: Omit<ClusterMeta, 'version' | 'formatVersion'>): Attributes {
  const { clusterId, nextProducerId } = meta;
  return attributesSchema.parse({ clusterId, formatVersion: FORMAT_VERSION, nextProducerId });
}

/** @throws FormatVersionError when a later release wrote it, or one that is too old. */
export function decodeClusterMeta(item: Item): ClusterMeta {
  const found = item.attributes.formatVersion;
  if (typeof found === 'number' && found < FORMAT_VERSION) {
    throw new FormatVersionError(
      `the data has format version ${found}, and this release reads none below ${FORMAT_VERSION}: ` +
        'start it with the release that wrote it, or name other stores',
    );
  }
  if (typeof found === 'number' && found > FORMAT_VERSION) {
    throw new FormatVersionError(
      `the data has format version ${found}, and this release reads up to ${FORMAT_VERSION}: ` +
        'start it with a newer release of Rivulet (npm install rivulet-log@latest)',
    );
  }
  return { ...attributesSchema.parse(item.attributes), version: item.version };
}

/**
 * Reads what identifies the cluster, or makes it when the stores are empty; of several processes that make
 * it at once, all get the same.
 *
 * @throws FormatVersionError, NotDoneError, UnknownOutcomeError.
 */
export async function openClusterMeta(store: MetadataStore, newUuid: () => string): Promise<ClusterMeta> {
  const found = await readClusterMeta(store);
  if (found !== undefined) return found;
  const attributes = encodeClusterMeta({ clusterId: newUuid(), nextProducerId: 0 });
  // Refused means that another process was first, or that our own answer was lost: either way it is there.
  await writeOnce(store, [{ kind: 'put', key: clusterMetaKey, attributes, condition: 'absent' }]);
  const made = await readClusterMeta(store);
  if (made === undefined) throw new Error('assertion failed: the cluster meta item vanished');
  return made;
}

/**
 * Reads what identifies the cluster, for a process that may not make it.
 *
 * @throws FormatVersionError, KafkaError KAFKA_STORAGE_ERROR when nobody has made it yet.
 */
export async function findClusterMeta(store: MetadataStore): Promise<ClusterMeta> {
  const found = await readClusterMeta(store);
  if (found !== undefined) return found;
  throw new KafkaError(
    'KAFKA_STORAGE_ERROR',
    'There is no cluster in these stores yet: produce a record, or create a topic.',
  );
}

export async function readClusterMeta(store: MetadataStore): Promise<ClusterMeta | undefined> {
  const item = await repeat(() => store.get(clusterMetaKey));
  return item === undefined ? undefined : decodeClusterMeta(item);
}
