import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { notDone } from './file-errors.ts';

/**
 * Makes the folder, for this user only, and those above it, where they are missing. When it returns, their
 * names survive a crash. Only for starting up: it holds the thread.
 * @throws NotDoneError when it cannot be made.
 */
export function makeFolder(path: string): void {
  try {
    let made = resolve(path);
    const highestMade = mkdirSync(made, { recursive: true, mode: 0o700 });
    if (highestMade === undefined) return;
    while (made.length > highestMade.length) {
      made = dirname(made);
      syncFolder(made);
    }
    syncFolder(dirname(highestMade));
  } catch (cause) {
    throw notDone(path, cause);
  }
}

/** Makes durable what was named in the folder. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
