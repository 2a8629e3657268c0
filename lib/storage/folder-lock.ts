import { accessSync, constants, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { codeOf, isMissing, notDone } from './files/file-errors.ts';
import { makeFolder } from './files/make-folder.ts';
import { isBusy, notDone as sqliteNotDone } from './sqlite/sqlite-errors.ts';

/** Who holds a folder. For people only: the lock itself is the kernel's. */
export interface FolderHolder {
  readonly pid: number;
  readonly startedAt: string;
  readonly url?: string;
}

export interface FolderLock {
  /** Lets the message that a second server gets say where the first one listens. */
  announce(url: string): void;
  release(): void;
}

/** Another server, or another part of this process, holds the folder. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
  readonly folder: string;
  readonly holder: FolderHolder | undefined;

  constructor(folder: string, holder: FolderHolder | undefined) {
    const who = holder ? `process ${holder.pid}, started ${holder.startedAt}` : 'another process';
    const where = holder?.url ? `, listening on ${holder.url}` : '';
    super(`${folder} is in use by ${who}${where}: stop it, or choose another folder`);
    this.folder = folder;
    this.holder = holder;
  }
}

/**
 * The file under the lock. Nothing in this process may open it by any other way than here: closing any other
 * descriptor of a file gives up all of the process's locks on it (POSIX says so).
 */
const LOCK_FILE = 'lock.sqlite';
const HOLDER_FILE = 'holder.json';
/** Two that come at the same moment can hinder each other for an instant. */
const BUSY_TIMEOUT_MS = 200;

/**
 * What is locked stays reachable from here until it is released: a database that nobody refers to is closed when
 * garbage is collected, and its lock would go with it, although whoever took it still believes in it.
 */
const held = new Set<DatabaseSync>();

/**
 * Takes the folder, made if need be, for this process. The lock is an exclusive transaction that is never
 * ended: the kernel lets go of it when the process dies, however it dies, and no clock decides anything. It
 * is held until it is released, also when the caller drops what this returns.
 * @throws FolderInUseError when it is held, by this process too.
 * @throws NotDoneError when the folder cannot be used.
 */
export function lockFolder(folder: string, deps: { readonly now?: () => number } = {}): FolderLock {
  const { now = Date.now } = deps;
  const holderFile = join(folder, HOLDER_FILE);
  makeFolder(folder);
  assertWritable(folder);
  const database = lockFile(folder, holderFile);
  let holder: FolderHolder = { pid: process.pid, startedAt: new Date(now()).toISOString() };
  const write = () => writeFileSync(holderFile, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  try {
    write();
  } catch (cause) {
    database.close();
    throw notDone(holderFile, cause);
  }
  held.add(database);
  return {
    announce(url) {
      holder = { ...holder, url };
      write();
    },
    release() {
      if (!database.isOpen) return;
      rmSync(holderFile, { force: true });
      held.delete(database);
      database.close();
    },
  };
}

/** SQLite would say no more than that it cannot open its file. @throws NotDoneError that says why. */
function assertWritable(folder: string): void {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw notDone(folder, cause);
  }
}

function lockFile(folder: string, holderFile: string): DatabaseSync {
  const file = join(folder, LOCK_FILE);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (cause) {
    database?.close();
    if (isBusy(cause)) throw new FolderInUseError(folder, readHolder(holderFile));
    throw sqliteNotDone(file, cause);
  }
}

/** `undefined` when the holder has not written it yet, or it is damaged: the message then says less. */
function readHolder(file: string): FolderHolder | undefined {
  try {
    const holder: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isHolder(holder) ? holder : undefined;
  } catch (error) {
    if (isMissing(error) || codeOf(error) !== undefined || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isHolder(value: unknown): value is FolderHolder {
  return typeof value === 'object' && value !== null && 'pid' in value && 'startedAt' in value;
}
