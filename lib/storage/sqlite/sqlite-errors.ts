import { NotDoneError, UnknownOutcomeError } from '../errors.ts';

/** SQLite's primary result codes (sqlite.org/rescode.html); an extended code has one in its low byte. */
const SQLITE_PERM = 3;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_NOMEM = 7;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

interface Rule {
  /** Continues a sentence that begins with the file's name. */
  readonly says: string;
  readonly retriable: boolean;
  /** What is left of a COMMIT that failed so: provably nothing, or perhaps everything. */
  readonly atCommit: 'notDone' | 'unknown';
}

const OTHER: Rule = { says: 'raised an error', retriable: false, atCommit: 'unknown' };

/** One table sorts every error of SQLite. The last frame of a commit that is FULL was never written whole. */
const RULES: ReadonlyMap<number, Rule> = new Map([
  [
    SQLITE_BUSY,
    { says: 'is being written by another process: try again', retriable: true, atCommit: 'notDone' },
  ],
  [SQLITE_LOCKED, { says: 'is locked: try again', retriable: true, atCommit: 'notDone' }],
  [SQLITE_NOMEM, { says: 'needs more memory than there is', retriable: true, atCommit: 'unknown' }],
  [
    SQLITE_FULL,
    { says: 'cannot grow, the disk is full: free some space', retriable: false, atCommit: 'notDone' },
  ],
  [
    SQLITE_READONLY,
    {
      says: 'cannot be written: mount its file system for writing, or allow this user to write',
      retriable: false,
      atCommit: 'unknown',
    },
  ],
  [SQLITE_PERM, { says: 'may not be used by this user', retriable: false, atCommit: 'unknown' }],
  [
    SQLITE_CANTOPEN,
    {
      says: 'cannot be opened: check that its folder exists and that this user may read and write there',
      retriable: false,
      atCommit: 'unknown',
    },
  ],
  [
    SQLITE_IOERR,
    {
      says: 'cannot be read or written: check the disk, its free space, and the limit on file sizes (ulimit -f)',
      retriable: false,
      atCommit: 'unknown',
    },
  ],
  [
    SQLITE_CORRUPT,
    {
      says: 'is damaged: stop the broker and restore the file (with its -wal) from a backup',
      retriable: false,
      atCommit: 'unknown',
    },
  ],
  [
    SQLITE_NOTADB,
    {
      says: 'is no SQLite database: restore it, or choose another folder',
      retriable: false,
      atCommit: 'unknown',
    },
  ],
]);

/** An error raised before COMMIT was sent, after which the transaction is rolled back: nothing was written. */
export function notDone(file: string, cause: unknown): NotDoneError {
  const { says, retriable } = ruleOf(cause);
  return new NotDoneError(sentence(file, says, cause), { retriable, cause });
}

/** An error that COMMIT itself raised. */
export function failedCommit(file: string, cause: unknown): NotDoneError | UnknownOutcomeError {
  const { says, atCommit } = ruleOf(cause);
  if (atCommit === 'notDone') return notDone(file, cause);
  return new UnknownOutcomeError(sentence(file, says, cause), { cause });
}

/** Whether SQLite raised it; anything else is a bug of ours, and stays what it is. */
export function isSqliteError(error: unknown): error is Error & { errcode: number } {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

export function isBusy(error: unknown): boolean {
  return isSqliteError(error) && (error.errcode & 0xff) === SQLITE_BUSY;
}

function ruleOf(cause: unknown): Rule {
  return isSqliteError(cause) ? (RULES.get(cause.errcode & 0xff) ?? OTHER) : OTHER;
}

function sentence(file: string, says: string, cause: unknown): string {
  const detail = isSqliteError(cause) ? `${cause.message}, SQLite code ${cause.errcode}` : String(cause);
  return `${file} ${says} (${detail})`;
}
