import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { StoredApiKeys } from '../../cluster/api-keys/stored-api-keys.ts';
import { openClusterMeta } from '../../cluster/cluster-meta.ts';
import { newUuid } from '../../cluster/uuid.ts';
import { openEmbeddedStores } from '../../storage/embedded.ts';
import { FolderInUseError, type FolderLock, lockFolder } from '../../storage/folder-lock.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { CliError } from '../cli-error.ts';
import { type Connection, connect } from '../connect.ts';
import { type KeyRegistry, keysOfBroker } from './key-registry.ts';

/** Where keys are. A folder or a table goes before the URL, which is always there. */
export interface KeyPlace extends Connection {
  readonly data?: string;
  readonly table?: string;
  readonly region?: string;
  readonly endpoint?: string;
}

/**
 * @param mayBeNew Whether a folder that does not exist is made.
 * @throws CliError, FormatVersionError, StoreErrors: each says what to do.
 */
export async function openKeys(place: KeyPlace, mayBeNew: boolean): Promise<KeyRegistry> {
  const { data, table, region, endpoint } = place;
  if (data !== undefined) return keysOfFolder(data, mayBeNew);
  if (table === undefined) return keysOfBroker(connect(place));
  // The SDK is large, and loaded for those who need it.
  const { openDynamoDBMetadataStore } = await import('../../storage/dynamodb/dynamodb-metadata-store.ts');
  const store = openDynamoDBMetadataStore({
    table,
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
  });
  return keysOfStore(store, () => store.close());
}

async function keysOfFolder(folder: string, mayBeNew: boolean): Promise<KeyRegistry> {
  if (!mayBeNew && !existsSync(folder))
    throw new CliError(`there is no folder ${folder}: name it with --data`);
  const lock = takeFolder(folder);
  try {
    const stores = await openEmbeddedStores(folder);
    return await keysOfStore(stores.metadata, async () => {
      await stores.close();
      lock.release();
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A broker would not hear of it, and two that write one folder are one too many. */
function takeFolder(folder: string): FolderLock {
  try {
    return lockFolder(folder);
  } catch (cause) {
    if (!(cause instanceof FolderInUseError)) throw cause;
    const where = cause.holder?.url ?? '<its address>';
    throw new CliError(
      `${folder} is in use by a broker: manage its keys with --url ${where} and a key in RIVULET_API_KEY, or stop it`,
      { cause },
    );
  }
}

async function keysOfStore(store: MetadataStore, close: () => Promise<void>): Promise<KeyRegistry> {
  try {
    // As a broker does: it checks that this release understands the store, and makes the cluster in an empty one.
    await openClusterMeta(store, newUuid);
  } catch (error) {
    await close();
    throw error;
  }
  const keys = new StoredApiKeys({ store, nowMs: Date.now, randomBytes });
  return {
    create: (key) => keys.create(key),
    list: () => keys.list(),
    revoke: (keyId) => keys.revoke(keyId),
    close,
  };
}
