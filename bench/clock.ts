/** Milliseconds by the machine's monotonic clock: comparable between threads and processes. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
