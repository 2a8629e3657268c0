import { NotDoneError, UnknownOutcomeError } from '../errors.ts';

interface Rule {
  /** Continues a sentence that begins with the path. */
  readonly says: string;
  readonly retriable: boolean;
}

const OTHER: Rule = { says: 'raised an error', retriable: false };
const FULL: Rule = { says: 'cannot grow, the disk is full: free some space', retriable: false };
const FORBIDDEN: Rule = {
  says: 'may not be used: allow this user to read and write there',
  retriable: false,
};
const NOT_A_FOLDER: Rule = {
  says: 'has a file where a folder is needed, or the other way round: move it away',
  retriable: false,
};
const TOO_MANY_FILES: Rule = {
  says: 'met the limit on open files: raise it (ulimit -n) if this goes on',
  retriable: true,
};

/** One table sorts every error of the file system (errno(3)). */
const RULES: ReadonlyMap<string, Rule> = new Map([
  ['ENOSPC', FULL],
  ['EDQUOT', { says: 'cannot grow, the disk quota is used up: free some space', retriable: false }],
  ['EFBIG', { says: 'cannot grow, the limit on file sizes is met: raise it (ulimit -f)', retriable: false }],
  ['EROFS', { says: 'is on a read-only file system: mount it for writing', retriable: false }],
  ['EACCES', FORBIDDEN],
  ['EPERM', FORBIDDEN],
  ['ENOTDIR', NOT_A_FOLDER],
  ['EEXIST', NOT_A_FOLDER],
  ['EISDIR', NOT_A_FOLDER],
  ['EIO', { says: 'cannot be read or written: check the disk', retriable: false }],
  ['EMFILE', TOO_MANY_FILES],
  ['ENFILE', TOO_MANY_FILES],
  ['ENOMEM', { says: 'needs more memory than there is', retriable: true }],
  ['EAGAIN', { says: 'is busy: try again', retriable: true }],
  ['EBUSY', { says: 'is busy: try again', retriable: true }],
]);

/** An error raised before anything was made durable under its name: nothing was written. */
export function notDone(path: string, cause: unknown): NotDoneError {
  const { says, retriable } = RULES.get(codeOf(cause) ?? '') ?? OTHER;
  return new NotDoneError(sentence(path, says, cause), { retriable, cause });
}

/** An error of the step that makes it so, or of one behind it. */
export function unknownOutcome(path: string, cause: unknown): UnknownOutcomeError {
  const { says } = RULES.get(codeOf(cause) ?? '') ?? OTHER;
  return new UnknownOutcomeError(sentence(path, says, cause), { cause });
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function sentence(path: string, says: string, cause: unknown): string {
  return `${path} ${says} (${cause instanceof Error ? cause.message : String(cause)})`;
}
