import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { codeOf, isMissing } from './file-errors.ts';

/** A put takes seconds; what is this old was left behind, whoever made it. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Temporary names in a folder, `<scope>.<process id>.<random>.<count>`, unique among all processes. The scope
 * names the host and the process namespace: only there does a process id say anything.
 */
export class UnfinishedFiles {
  readonly #folder: string;
  readonly #mine: string;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#mine = `${SCOPE}.${process.pid}.${randomBytes(6).toString('hex')}`;
  }

  nextPath(): string {
    this.#count += 1;
    return join(this.#folder, `${this.#mine}.${this.#count}`);
  }

  /** Makes the folder, and removes what dead processes left in it. A living one's files are never touched. */
  async openAndSweep(nowMs: number): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      try {
        if (isOfDeadProcess(name) || (await stat(path)).mtimeMs < nowMs - ABANDONED_AFTER_MS)
          await unlink(path);
      } catch (error) {
        if (!isMissing(error)) throw error; // another process sweeps too
      }
    }
  }
}

const SCOPE = createHash('sha256').update(hostname()).update(processNamespace()).digest('hex').slice(0, 12);

/** Empty where the system has none. */
function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return '';
  }
}

function isOfDeadProcess(name: string): boolean {
  const [scope, pid] = name.split('.');
  if (scope !== SCOPE) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}
