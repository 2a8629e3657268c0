import { randomFillSync } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance come in from outside, so that a simulated day takes a second and a seed repeats a failure. */
export interface Runtime {
  /** Milliseconds since 1970, by a clock that may be wrong. */
  nowMs(): number;
  /** Milliseconds by a clock that never goes back; only differences mean anything. */
  monotonicMs(): number;
  /** A number in [0, 1). */
  random(): number;
  /** `length` bytes that nobody else draws. */
  randomBytes(length: number): Uint8Array;
  /** Resolves after `ms`, or at once when the signal aborts (it does not reject). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Resolves when what has already arrived has been handed to us. */
  nextTurn(): Promise<void>;
}

const DRAWN_AT_ONCE_BYTES = 4_096;
let drawn = Buffer.alloc(0);

/** The system is asked for many bytes at a time: a call costs as much as a page of them. */
function drawBytes(length: number): Uint8Array {
  if (length > drawn.length)
    drawn = randomFillSync(Buffer.allocUnsafeSlow(Math.max(length, DRAWN_AT_ONCE_BYTES)));
  const bytes = drawn.subarray(0, length);
  drawn = drawn.subarray(length);
  return bytes;
}

export const systemRuntime: Runtime = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: () => Math.random(),
  randomBytes: drawBytes,
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
  nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
};
