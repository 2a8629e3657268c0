import { type AssignedPartition, keyOf } from './assigned-partition.ts';

interface Running {
  readonly stop: AbortController;
  /** Resolves when nothing more of it will be printed. */
  readonly done: Promise<void>;
}

/** The partitions that are being read. */
export class RunningPartitions {
  readonly #consume: (at: AssignedPartition, signal: AbortSignal) => Promise<void>;
  readonly #running = new Map<string, Running>();

  /** @param consume Goes on until the signal aborts. Never rejects. */
  constructor(consume: (at: AssignedPartition, signal: AbortSignal) => Promise<void>) {
    this.#consume = consume;
  }

  get count(): number {
    return this.#running.size;
  }

  start(at: AssignedPartition): void {
    const key = keyOf(at);
    if (this.#running.has(key)) throw new Error(`assertion failed: ${key} is not being read yet`);
    const stop = new AbortController();
    this.#running.set(key, { stop, done: this.#consume(at, stop.signal) });
  }

  /** Resolves when nothing more of these will be printed. */
  async stop(partitions: Iterable<AssignedPartition>): Promise<void> {
    await this.#stop(Array.from(partitions, keyOf));
  }

  async stopAll(): Promise<void> {
    await this.#stop(Array.from(this.#running.keys()));
  }

  async #stop(keys: readonly string[]): Promise<void> {
    const stopped = keys.map((key) => this.#running.get(key));
    for (const each of stopped) each?.stop.abort();
    await Promise.all(stopped.map((each) => each?.done));
    for (const key of keys) this.#running.delete(key);
  }
}
