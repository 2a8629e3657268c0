import { type FileHandle, open } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';

const HANDLES_MAX = 64;

/**
 * Makes the names in folders durable. Whoever asks while a sync is under way shares the next one, which begins
 * behind all that they did; so many writers at once pay for few syncs.
 */
export class FolderSync {
  readonly #folders = new LRUCache<string, Folder>({
    max: HANDLES_MAX,
    dispose: (folder) => folder.retire(),
  });

  /** Returns when what was named or renamed in `path` before the call survives a crash. */
  async sync(path: string): Promise<void> {
    let folder = this.#folders.get(path);
    if (folder === undefined) {
      folder = new Folder(path);
      this.#folders.set(path, folder);
    }
    try {
      await folder.sync();
    } catch (error) {
      if (this.#folders.peek(path) === folder) this.#folders.delete(path); // a handle that failed is not used again
      throw error;
    }
  }

  close(): void {
    this.#folders.clear();
  }
}

class Folder {
  readonly #path: string;
  #handle: Promise<FileHandle> | undefined;
  #running: Promise<void> | undefined;
  #waiting: Promise<void> | undefined;
  #retired = false;

  constructor(path: string) {
    this.#path = path;
  }

  sync(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    this.#waiting ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#waiting;
  }

  /** Closes the handle as soon as nobody uses it. */
  retire(): void {
    this.#retired = true;
    if (this.#running === undefined) this.#close();
  }

  #start(): Promise<void> {
    this.#waiting = undefined;
    this.#running = this.#syncOnce().finally(() => {
      this.#running = undefined;
      if (this.#retired && this.#waiting === undefined) this.#close();
    });
    return this.#running;
  }

  async #syncOnce(): Promise<void> {
    this.#handle ??= open(this.#path, 'r');
    const handle = await this.#handle;
    await handle.sync();
  }

  #close(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    // Nothing was written through it, so there is nothing that a failing close could lose.
    handle?.then((opened) => opened.close()).catch(() => undefined);
  }
}
