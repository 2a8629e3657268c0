import { type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assertListLimit, assertObjectKey, assertRange } from '../assert-object-request.ts';
import { NotDoneError } from '../errors.ts';
import type { ByteRange, ObjectInfo, ObjectStore } from '../object-store.ts';
import { codeOf, isMissing, notDone, unknownOutcome } from './file-errors.ts';
import { FolderSync } from './folder-sync.ts';
import { listKeys } from './list-keys.ts';
import { makeFolder } from './make-folder.ts';
import { UnfinishedFiles } from './unfinished-files.ts';

/** Begins with a character that no key has, so that no object can ever be named so. */
const UNFINISHED = '+unfinished';
/** Folders known to be there; their number is bounded by forgetting all of them. */
const KNOWN_FOLDERS_MAX = 10_000;
const INFOS_AT_ONCE = 32;

export interface FileObjectStoreDeps {
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/**
 * Objects as files: the key `intake/01J…` is the file `<folder>/intake/01J…`. Several processes may use one
 * folder at once.
 * @throws NotDoneError when the folder cannot be made or used.
 */
export async function openFileObjectStore(
  folder: string,
  deps: FileObjectStoreDeps = {},
): Promise<ObjectStore> {
  const { now = Date.now } = deps;
  const unfinished = new UnfinishedFiles(join(folder, UNFINISHED));
  makeFolder(folder);
  try {
    await unfinished.openAndSweep(now());
  } catch (cause) {
    throw notDone(folder, cause);
  }
  return new FileObjectStore(folder, unfinished);
}

class FileObjectStore implements ObjectStore {
  readonly #folder: string;
  readonly #unfinished: UnfinishedFiles;
  readonly #folderSync = new FolderSync();
  readonly #knownFolders = new Set<string>();
  readonly #inFlight = new Set<Promise<unknown>>();
  #closed = false;

  constructor(folder: string, unfinished: UnfinishedFiles) {
    this.#folder = folder;
    this.#unfinished = unfinished;
  }

  put(key: string, parts: readonly Uint8Array[]): Promise<void> {
    return this.#track(async () => {
      assertObjectKey(key);
      await this.#put(join(this.#folder, key), parts);
    });
  }

  get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    return this.#track(async () => {
      assertObjectKey(key);
      if (range) assertRange(range);
      return readObject(join(this.#folder, key), range);
    });
  }

  delete(keys: readonly string[]): Promise<void> {
    return this.#track(async () => {
      keys.forEach(assertObjectKey);
      await this.#delete(keys);
    });
  }

  list(prefix: string, options: { readonly after?: string; readonly limit: number }): Promise<ObjectInfo[]> {
    return this.#track(async () => {
      assertListLimit(options.limit);
      try {
        return await this.#list(prefix, options.after ?? '', options.limit);
      } catch (cause) {
        throw notDone(this.#folder, cause);
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#inFlight);
    this.#folderSync.close();
  }

  /**
   * 1. Write the bytes under a temporary name and sync them. A crash leaves garbage that the next start sweeps.
   * 2. Rename: the object appears whole, or not at all.
   * 3. Sync its folder, or a crash could still take the name away after we said that it is there.
   */
  async #put(path: string, parts: readonly Uint8Array[]): Promise<void> {
    const unfinished = this.#unfinished.nextPath();
    try {
      await this.#makeFolder(dirname(path));
      await writeSynced(unfinished, parts);
    } catch (cause) {
      await removeQuietly(unfinished);
      throw notDone(path, cause);
    }
    try {
      await rename(unfinished, path);
      await this.#folderSync.sync(dirname(path));
    } catch (cause) {
      await removeQuietly(unfinished);
      this.#knownFolders.delete(dirname(path));
      throw unknownOutcome(path, cause);
    }
  }

  /** Makes the folder and those above it, and makes their names durable. */
  async #makeFolder(path: string): Promise<void> {
    if (path === this.#folder || this.#knownFolders.has(path)) return;
    const parent = dirname(path);
    await this.#makeFolder(parent);
    await mkdir(path, { mode: 0o700 }).catch(async (error: unknown) => {
      const isFolder = codeOf(error) === 'EEXIST' && (await stat(path)).isDirectory();
      if (!isFolder) throw error;
    });
    await this.#folderSync.sync(parent);
    if (this.#knownFolders.size >= KNOWN_FOLDERS_MAX) this.#knownFolders.clear();
    this.#knownFolders.add(path);
  }

  async #delete(keys: readonly string[]): Promise<void> {
    const touched = new Set<string>();
    try {
      for (const key of keys) {
        const path = join(this.#folder, key);
        if (await remove(path)) touched.add(dirname(path));
      }
      for (const folder of touched) await this.#folderSync.sync(folder);
    } catch (cause) {
      throw touched.size === 0 ? notDone(this.#folder, cause) : unknownOutcome(this.#folder, cause);
    }
  }

  async #list(prefix: string, after: string, limit: number): Promise<ObjectInfo[]> {
    const infos: ObjectInfo[] = [];
    const keys = listKeys(this.#folder, prefix, after);
    while (infos.length < limit) {
      const batch = await take(keys, Math.min(INFOS_AT_ONCE, limit - infos.length));
      if (batch.length === 0) break;
      const found = await Promise.all(batch.map((key) => infoOf(this.#folder, key)));
      infos.push(...found.filter((info) => info !== undefined));
    }
    return infos;
  }

  /** Refuses calls after `close`, and lets `close` wait for those in flight. */
  async #track<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new NotDoneError(`${this.#folder} was closed`, { retriable: false });
    const call = work();
    this.#inFlight.add(call);
    try {
      return await call;
    } finally {
      this.#inFlight.delete(call);
    }
  }
}

async function writeSynced(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await writeAll(file, parts);
    await file.datasync(); // the bytes and the length; the times may be lost
  } finally {
    await file.close();
  }
}

/** The kernel may take less than it was given, as it does just before a limit; the rest is given again. */
async function writeAll(file: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  let left = parts.filter((part) => part.length > 0);
  while (left.length > 0) {
    const { bytesWritten } = await file.writev(left);
    left = skipBytes(left, bytesWritten);
  }
}

function skipBytes(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  const left: Uint8Array[] = [];
  for (const part of parts) {
    if (skip < part.length) left.push(part.subarray(skip));
    skip = Math.max(0, skip - part.length);
  }
  return left;
}

async function readObject(path: string, range: ByteRange | undefined): Promise<Uint8Array | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const begin = Math.min(range?.position ?? 0, size);
      const end = range ? Math.min(begin + range.length, size) : size;
      return await readFully(file, begin, end - begin);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw notDone(path, cause);
  }
}

async function readFully(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length); // not from the pool: a cache may keep it for long
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new Error(`the file ended ${length - filled} bytes early`);
    filled += bytesRead;
  }
  return bytes;
}

/** Whether there was something to remove. */
async function remove(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** For a temporary file after an error that matters more; what stays behind is swept at a later start. */
async function removeQuietly(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}

async function take(keys: AsyncGenerator<string>, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const { value, done } = await keys.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

async function infoOf(folder: string, key: string): Promise<ObjectInfo | undefined> {
  try {
    const { size, mtimeMs } = await stat(join(folder, key));
    return { key, bytes: size, modifiedMs: Math.floor(mtimeMs) };
  } catch (error) {
    if (isMissing(error)) return undefined; // deleted since its name was read
    throw error;
  }
}
