/** Reads that wait, so that all of them can be ended. */
export class Waits {
  readonly #stops = new Set<() => void>();
  #isOver = false;

  /**
   * Lets `work` wait until the signal aborts, or waits are over.
   * @param work Gets a signal that tells either.
   */
  async during<Result>(
    signal: AbortSignal,
    work: (endOfWaits: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const end = new AbortController();
    const stop = () => end.abort();
    if (this.#isOver || signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    this.#stops.add(stop);
    try {
      return await work(end.signal);
    } finally {
      this.#stops.delete(stop);
      signal.removeEventListener('abort', stop);
    }
  }

  /** From now on nobody waits, neither those who wait already nor those who come. */
  end(): void {
    this.#isOver = true;
    for (const stop of this.#stops) stop();
  }
}
