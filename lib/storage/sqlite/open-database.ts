import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { NotDoneError } from '../errors.ts';
import { isBusy, isSqliteError, notDone } from './sqlite-errors.ts';

/** "Rvlt" in ASCII: how a database file says whose it is. */
const APPLICATION_ID = 0x52766c74;
const FORMAT_VERSION = 1;

/** Rows have ids of their own, so that items are written one behind the other and only their keys in order. */
const SCHEMA = `
  CREATE TABLE item (
    pk TEXT NOT NULL,
    sk TEXT NOT NULL,
    version TEXT NOT NULL,
    attributes TEXT NOT NULL,
    data BLOB,
    crc INTEGER NOT NULL,
    UNIQUE (pk, sk)
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT_VERSION};
`;

/** A WAL that grew beyond this is cut back when it is begun anew. */
const WAL_BYTES_MAX = 16 * 1024 * 1024;
/**
 * Every so many pages the WAL is copied into the file, within the commit that reaches them: 2 MiB hold that
 * commit up for some 2 to 5 ms. Half as many cost a tenth of the throughput, twice as many twice the wait.
 */
const CHECKPOINT_PAGES = 512;
const CACHE_KIB = 16 * 1024;
const BUSY_RETRY_MS = 5;

/**
 * Opens a metadata database, or makes it. Several processes may do so at once.
 * @throws NotDoneError when it cannot be opened, belongs to another program, or to a later version of this one.
 */
export async function openDatabase(file: string, options: { busyTimeoutMs: number }): Promise<DatabaseSync> {
  const attemptsMax = Math.max(1, Math.ceil(options.busyTimeoutMs / BUSY_RETRY_MS));
  for (let attempt = 1; ; attempt++) {
    try {
      return tryOpen(file, options.busyTimeoutMs);
    } catch (error) {
      if (error instanceof NotDoneError || !isSqliteError(error)) throw error;
      // SQLite does not wait by itself while another process turns the file to WAL.
      if (!isBusy(error) || attempt === attemptsMax) throw notDone(file, error);
    }
    await delay(BUSY_RETRY_MS);
  }
}

function tryOpen(file: string, busyTimeoutMs: number): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: false });
  try {
    const isNew = isEmpty(database);
    if (!isNew) assertFormat(file, database);
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL'); // an acknowledged commit survives a power cut
    database.exec(`PRAGMA journal_size_limit = ${WAL_BYTES_MAX}`);
    database.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    if (isNew) makeSchema(database);
    assertFormat(file, database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function isEmpty(database: DatabaseSync): boolean {
  return pragma(database, 'schema_version') === 0 && pragma(database, 'application_id') === 0;
}

function makeSchema(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    if (isEmpty(database)) database.exec(SCHEMA); // another process may have been first
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function assertFormat(file: string, database: DatabaseSync): void {
  const applicationId = pragma(database, 'application_id');
  const version = pragma(database, 'user_version');
  if (applicationId !== APPLICATION_ID) {
    throw new NotDoneError(`${file} belongs to another program: choose another folder`, { retriable: false });
  }
  if (version !== FORMAT_VERSION) {
    const message = `${file} has format ${version}, this version of Rivulet reads format ${FORMAT_VERSION}: use a later version`;
    throw new NotDoneError(message, { retriable: false });
  }
}

function pragma(database: DatabaseSync, name: string): unknown {
  return database.prepare(`PRAGMA ${name}`).get()?.[name];
}
