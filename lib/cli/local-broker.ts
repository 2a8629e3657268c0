import { loadGroups } from '../api/load-groups.ts';
import { type OpenBroker, openBroker } from '../api/open-broker.ts';
import type { BrokerConfig } from '../cluster/broker-config.ts';
import { openEmbeddedStores } from '../storage/embedded.ts';
import { type FolderLock, lockFolder } from '../storage/folder-lock.ts';
import { observeStores, type StoreObserver } from '../storage/observed.ts';

export interface LocalBrokerOptions {
  /** Made if need be; held by this broker alone for as long as it lives. */
  readonly folder: string;
  readonly brokerId: number;
  readonly config: BrokerConfig;
  /** As `parseAdvertisedUrl` gives it. @default what each request says */
  readonly advertisedUrl?: string;
  /** Obey the rules (ACLs) that the cluster has. @default false */
  readonly authorization?: boolean;
  /** Principals that may do everything, whatever the rules say. */
  readonly superUsers?: readonly string[];
  /** Hears of every call to a store once it is over. */
  readonly observer?: StoreObserver;
  /** Hears of errors that nobody expected. @default a warning of the process */
  readonly onError?: (error: unknown) => void;
}

export interface LocalBroker {
  readonly broker: OpenBroker;
  /** Lets the message that a second server on this folder gets say where this one listens. */
  announce(url: string): void;
  /** Lets what was accepted finish, and then lets go of the folder. */
  close(): Promise<void>;
}

/**
 * Opens a broker on a folder of this machine. It leads all partitions there at once, because nobody else can
 * hold the folder at the same time.
 *
 * @throws FolderInUseError, FormatVersionError, StoreErrors: each says what to do.
 */
export async function openLocalBroker(options: LocalBrokerOptions): Promise<LocalBroker> {
  const lock = lockFolder(options.folder);
  try {
    return await openUnderLock(options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openUnderLock(options: LocalBrokerOptions, lock: FolderLock): Promise<LocalBroker> {
  const { folder, brokerId, config, advertisedUrl, authorization, superUsers, observer, onError } = options;
  const opened = await openEmbeddedStores(folder);
  const stores = observer === undefined ? opened : observeStores(opened, observer);
  try {
    const broker = await openBroker({
      stores,
      brokerId,
      config,
      advertisedUrl,
      groups: loadGroups,
      authorization,
      superUsers,
      onError,
    });
    return {
      broker,
      announce: (url) => lock.announce(url),
      async close() {
        await broker.close();
        await stores.close();
        lock.release();
      },
    };
  } catch (error) {
    await stores.close();
    throw error;
  }
}
