import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { monotonicMs } from '../clock.ts';
import { intendedMs, type Schedule } from '../schedule.ts';

/**
 * Calls `onBeat` when each request of the schedule is due, and returns after the last one.
 *
 * The timers of an event loop come up to a millisecond late, which is as long as some of what is measured.
 * A thread of its own sleeps on a futex instead, and posts the index of each beat.
 */
export function runMetronome(schedule: Schedule, onBeat: (index: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(fileURLToPath(import.meta.url), { workerData: schedule });
    thread.on('message', onBeat);
    thread.on('error', reject);
    thread.on('exit', () => resolve());
  });
}

function beat(schedule: Schedule, post: (index: number) => void): void {
  const neverNotified = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (let index = 0; index < schedule.count; index++) {
    const waitMs = intendedMs(schedule, index) - monotonicMs();
    if (waitMs > 0) Atomics.wait(neverNotified, 0, 0, waitMs);
    post(index);
  }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  beat(workerData, (index) => port.postMessage(index));
}
