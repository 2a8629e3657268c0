import type { PartitionKey } from '../storage/head.ts';
import { partitionId } from './partition-id.ts';
import type { Runtime } from './runtime.ts';

/** Longer and longer between looks at a head that somebody else may have moved. */
const POLL_MIN_MS = 25;
const POLL_MAX_MS = 1_000;

/** One reader that waits for a partition to grow. */
export interface CommitWatch {
  /**
   * Resolves at the next commit in this process, or when it is time to look at the head for commits elsewhere,
   * or when the deadline has come, or the signal aborts; a commit since the watch was set counts.
   */
  wait(deadlineMs: number, signal: AbortSignal | undefined): Promise<void>;
  close(): void;
}

/** Tells parked readers of commits: at once of those in this process, by polling of those elsewhere. */
export class Commits {
  readonly #runtime: Runtime;
  readonly #watches = new Map<string, Set<() => void>>();
  #ended = false;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** The partition has grown. */
  notify(partition: PartitionKey): void {
    for (const wake of this.#watches.get(partitionId(partition)) ?? []) wake();
  }

  /** From now on nobody waits, neither those who wait already nor those who come. */
  endWaits(): void {
    this.#ended = true;
    for (const watches of this.#watches.values()) for (const wake of watches) wake();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Set it before the head is read, so that no commit falls in between. */
  watch(partition: PartitionKey): CommitWatch {
    const id = partitionId(partition);
    const watches = this.#watches.get(id) ?? new Set();
    this.#watches.set(id, watches);
    let committed = Promise.withResolvers<void>();
    const wake = () => committed.resolve();
    watches.add(wake);
    let pollMs = POLL_MIN_MS;
    return {
      wait: async (deadlineMs, signal) => {
        const leftMs = deadlineMs - this.#runtime.monotonicMs();
        if (leftMs <= 0 || signal?.aborted) return;
        const timer = new AbortController();
        const stop = () => timer.abort();
        signal?.addEventListener('abort', stop, { once: true });
        const sleep = this.#runtime.sleep(Math.min(leftMs, pollMs), timer.signal);
        await Promise.race([committed.promise, sleep]);
        signal?.removeEventListener('abort', stop);
        timer.abort();
        committed = Promise.withResolvers();
        pollMs = Math.min(pollMs * 2, POLL_MAX_MS);
      },
      close: () => {
        watches.delete(wake);
        if (watches.size === 0 && this.#watches.get(id) === watches) this.#watches.delete(id);
      },
    };
  }
}
