import type { Instance } from './instance.ts';

/** Which part of its timeout may pass until it is written down that an instance is used. */
const NOTED_PARTS = 32;
/** The heartbeats of its member tell of a subscribed one; this keeps most requests from having to look at them. */
const SUBSCRIBED_NOTED_PARTS = 2;
/** Twice the timeout: by then no note and no heartbeat can be so late that the instance is still in use. */
const KEPT_TIMEOUTS = 2;

/** How long the item of an instance has to be kept after the use that was written down last. */
export const keptMs = (timeoutMs: number): number => KEPT_TIMEOUTS * timeoutMs;

/**
 * Whether nobody has wanted anything of an instance for longer than its timeout (`consumer.instance.timeout.ms`), as far
 * as its item tells: then it counts as absent. By the clock of whoever looks, which may be wrong.
 *
 * @param heardMs When its member was last heard of; `undefined` when it has none, or nobody has looked.
 */
export function isIdle(
  { usedMs }: Instance,
  heardMs: number | undefined,
  timeoutMs: number,
  nowMs: number,
): boolean {
  return nowMs - Math.max(usedMs, heardMs ?? 0) > timeoutMs;
}

/** How long a use may go without being written down. */
export function noteIntervalMs({ reads }: Instance, timeoutMs: number): number {
  return timeoutMs / (reads.kind === 'subscription' ? SUBSCRIBED_NOTED_PARTS : NOTED_PARTS);
}

export function isDueForNote(instance: Instance, timeoutMs: number, nowMs: number): boolean {
  return nowMs - instance.usedMs >= noteIntervalMs(instance, timeoutMs);
}
