import { existsSync } from 'node:fs';
import { FormatVersionError } from '../../cluster/cluster-meta.ts';
import { fenceRestored } from '../../log/restore/fence-restored.ts';
import { systemRuntime } from '../../log/runtime.ts';
import { openEmbeddedStores } from '../../storage/embedded.ts';
import { StoreError } from '../../storage/errors.ts';
import { FolderInUseError, lockFolder } from '../../storage/folder-lock.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { CliError, exitCode } from '../cli-error.ts';

export interface FenceOptions {
  readonly table?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly data?: string;
  readonly epochs: number;
  readonly producerIds: number;
}

/** Makes a table, or a folder, that was set back in time safe to write to: see `fenceRestored`. */
export async function fence(options: FenceOptions): Promise<void> {
  const { epochs, producerIds } = options;
  try {
    const { metadata, close } = await openPlace(options);
    try {
      const fenced = await fenceRestored({ metadata, runtime: systemRuntime, epochs, producerIds });
      process.stdout.write(
        `raised ${fenced.partitions} leader epochs of ${fenced.topics} topics by ${epochs}; ` +
          `producer ids go on from ${fenced.nextProducerId}\n`,
      );
    } finally {
      await close();
    }
  } catch (error) {
    const isExpected =
      error instanceof StoreError || error instanceof FormatVersionError || error instanceof FolderInUseError;
    throw isExpected ? new CliError(error.message, { cause: error }) : error;
  }
}

interface Place {
  readonly metadata: MetadataStore;
  close(): Promise<void>;
}

/** @throws CliError, FolderInUseError, StoreErrors. */
async function openPlace({ table, region, endpoint, data }: FenceOptions): Promise<Place> {
  if (data !== undefined) return openFolder(data);
  if (table === undefined) {
    throw new CliError('name what was restored: --table or --data', { exitCode: exitCode.usage });
  }
  // The SDK is large, and loaded for those who need it.
  const { openDynamoDBMetadataStore } = await import('../../storage/dynamodb/dynamodb-metadata-store.ts');
  const metadata = openDynamoDBMetadataStore({
    table,
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
  });
  return { metadata, close: () => metadata.close() };
}

async function openFolder(folder: string): Promise<Place> {
  if (!existsSync(folder)) throw new CliError(`there is no folder ${folder}: name it with --data`);
  const lock = lockFolder(folder);
  try {
    const stores = await openEmbeddedStores(folder);
    const close = async (): Promise<void> => {
      await stores.close();
      lock.release();
    };
    return { metadata: stores.metadata, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}
