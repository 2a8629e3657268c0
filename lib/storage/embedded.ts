import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotDoneError } from './errors.ts';
import { isMissing, notDone } from './files/file-errors.ts';
import { openFileObjectStore } from './files/file-object-store.ts';
import { makeFolder, syncFolder } from './files/make-folder.ts';
import type { MetadataStore } from './metadata-store.ts';
import type { ObjectStore } from './object-store.ts';
import { openSqliteMetadataStore, type SqliteMetadataStoreOptions } from './sqlite/sqlite-metadata-store.ts';

export interface Stores {
  readonly objects: ObjectStore;
  readonly metadata: MetadataStore;
  close(): Promise<void>;
}

export interface EmbeddedStoresOptions {
  readonly metadata?: SqliteMetadataStoreOptions;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

const OBJECTS = 'objects';
const METADATA = 'metadata.sqlite';
/** Written last of all when a folder is made; from then on an empty metadata file is a loss, not a beginning. */
const FORMAT_FILE = 'format';
const FORMAT = 'rivulet 1\n';

/**
 * Both stores in one folder, which is made (for this user only) if need be. It takes no lock: see `lockFolder`.
 * @throws NotDoneError, with a line for the user, when the folder cannot be used or is not a whole one of ours.
 */
export async function openEmbeddedStores(
  folder: string,
  options: EmbeddedStoresOptions = {},
): Promise<Stores> {
  const deps = options.now ? { now: options.now } : {};
  const metadataFile = join(folder, METADATA);
  makeFolder(folder);
  const isNew = checkFormat(folder);
  if (!isNew) checkNotEmpty(metadataFile);
  const metadata = await openSqliteMetadataStore(metadataFile, options.metadata);
  try {
    const objects = await openFileObjectStore(join(folder, OBJECTS), deps);
    if (isNew) writeFormat(folder);
    return {
      objects,
      metadata,
      async close() {
        await objects.close();
        await metadata.close();
      },
    };
  } catch (error) {
    await metadata.close();
    throw error;
  }
}

/** Whether the folder is a new one. */
function checkFormat(folder: string): boolean {
  const file = join(folder, FORMAT_FILE);
  let format: string;
  try {
    format = readFileSync(file, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return true;
    throw notDone(file, cause);
  }
  if (format === FORMAT) return false;
  const says =
    'names a format that this version of Rivulet does not read: use a later version, or another folder';
  throw new NotDoneError(`${file} ${says}`, { retriable: false });
}

function checkNotEmpty(file: string): void {
  const bytes = sizeOf(file);
  if (bytes > 0) return;
  const message = `${file} is empty or gone, so nothing says where the records are: restore it from a backup, or choose another folder`;
  throw new NotDoneError(message, { retriable: false });
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (cause) {
    if (isMissing(cause)) return 0;
    throw notDone(file, cause);
  }
}

/** Several processes may do this at once: each writes the same bytes, under a name of its own at first. */
function writeFormat(folder: string): void {
  const file = join(folder, FORMAT_FILE);
  const unfinished = `${file}.${process.pid}`;
  try {
    writeFileSync(unfinished, FORMAT, { mode: 0o600, flush: true });
    renameSync(unfinished, file);
    syncFolder(folder);
  } catch (cause) {
    throw notDone(file, cause);
  }
}
