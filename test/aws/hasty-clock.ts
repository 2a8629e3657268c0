import type { SenderClock } from '../../lib/storage/aws/sender.ts';

/** Real time, but whoever sleeps finds that it has passed. */
export function hastyClock(random: () => number = Math.random): SenderClock & { readonly slept: number[] } {
  const slept: number[] = [];
  let skippedMs = 0;
  return {
    slept,
    monotonicMs: () => performance.now() + skippedMs,
    random,
    async sleep(ms) {
      slept.push(ms);
      skippedMs += ms;
    },
  };
}
