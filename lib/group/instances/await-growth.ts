import type { Offset } from '../../kafka/types.ts';
import type { Runtime } from '../../log/runtime.ts';
import type { PartitionLogs } from '../../log/types.ts';
import type { PartitionKey } from '../../storage/head.ts';

/** Partitions that one read waits for at once; it looks at the others when this wait is over. */
export const PARKED_MAX = 256;

/** Where a partition ended when it was last looked at. */
export interface Tail {
  readonly partition: PartitionKey;
  readonly end: Offset;
}

export interface GrowthWait {
  /** So many bytes are missing, of all partitions together. */
  readonly missingBytes: number;
  /** By the runtime's monotonic clock. */
  readonly untilMs: number;
  /** Ends the wait early. */
  readonly signal: AbortSignal;
}

/**
 * Waits at all these partitions at once until they may have grown by so many bytes together, or the time is over. Each
 * is waited for until it has grown by its share: before they have grown by it all, one of them has.
 *
 * An error of the log ends the wait, too: whoever looks next hears it.
 *
 * @returns whether it is worth while to look again: false when the time is over, or nobody waits any more.
 */
export async function awaitGrowth(
  logs: PartitionLogs,
  runtime: Runtime,
  tails: readonly Tail[],
  { missingBytes, untilMs, signal }: GrowthWait,
): Promise<boolean> {
  if (tails.length === 0) {
    await runtime.sleep(Math.max(0, untilMs - runtime.monotonicMs()), signal);
    return !signal.aborted;
  }
  const share = Math.max(1, Math.ceil(missingBytes / tails.length));
  const firstGrew = new AbortController();
  const stop = () => firstGrew.abort();
  signal.addEventListener('abort', stop, { once: true });
  let hasGrown = false;
  const grow = () => {
    hasGrown = true;
    firstGrew.abort();
  };
  try {
    await Promise.all(
      tails.map(async ({ partition, end }) => {
        const maxWaitMs = Math.max(0, untilMs - runtime.monotonicMs());
        const limits = { maxBytes: share, minBytes: share, maxWaitMs, signal: firstGrew.signal };
        try {
          const { batches } = await logs.fetch({ partition, offset: end, ...limits });
          if (batches.length > 0) grow();
        } catch {
          grow(); // what it was is found by the look that follows
        }
      }),
    );
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return hasGrown || (!signal.aborted && runtime.monotonicMs() >= untilMs);
}
