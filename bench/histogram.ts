import { build, type Histogram } from 'hdr-histogram-js';

/** What a histogram says, in milliseconds. */
export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const MICROSECONDS_MAX = 60_000_000;

/** Durations from a microsecond to a minute, kept to three digits. */
export class LatencyHistogram {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: MICROSECONDS_MAX,
    numberOfSignificantValueDigits: 3,
  });

  record(durationMs: number): void {
    const microseconds = Math.round(durationMs * 1000);
    this.#histogram.recordValue(Math.min(Math.max(microseconds, 1), MICROSECONDS_MAX));
  }

  summary(): LatencySummary {
    return {
      count: this.#histogram.totalCount,
      p50Ms: this.#histogram.getValueAtPercentile(50) / 1000,
      p99Ms: this.#histogram.getValueAtPercentile(99) / 1000,
      maxMs: this.#histogram.maxValue / 1000,
    };
  }
}
