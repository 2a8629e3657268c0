/** An open loop: requests are due at a steady rate, whatever became of those before. */
export interface Schedule {
  readonly startMs: number;
  readonly ratePerSecond: number;
  readonly count: number;
}

/** When request `index` (from 0) is due. Latency counts from here, so that a late sender hides nothing. */
export function intendedMs(schedule: Schedule, index: number): number {
  return schedule.startMs + (index * 1000) / schedule.ratePerSecond;
}
