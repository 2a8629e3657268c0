import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh folder on the disk, removed at the end of its scope. */
export function temporaryFolder(parent = tmpdir()): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(parent, 'rivulet-storage-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** In memory where the system has such a place: for tests that sync a lot and are not about the disk. */
export const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
