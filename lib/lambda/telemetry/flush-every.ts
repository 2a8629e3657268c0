import type { Telemetry } from './telemetry.ts';

const FLUSH_INTERVAL_MS = 10_000;

/**
 * Writes metrics now and then, in a process that serves requests without being told of invocations. It keeps no process
 * alive.
 *
 * @returns ends that, with a last flush: what came since the last time would be lost otherwise.
 */
export function flushEvery(telemetry: Telemetry, intervalMs = FLUSH_INTERVAL_MS): () => void {
  const timer = setInterval(() => telemetry.flush(), intervalMs).unref();
  return () => {
    clearInterval(timer);
    telemetry.flush();
  };
}
