import type { LogLimits } from '../../../lib/log/partition-logs.ts';
import type { Weather } from './weather.ts';

/** What every story has, whatever it is about; together with `seed` it decides every step. */
export interface CommonStory {
  readonly seed: number;
  readonly weather: Weather;
  /** Everybody pauses up to so long between two acts; how long things last that go wrong is measured by it. */
  readonly paceMs: number;
  readonly inlineBytesMax: number;
  readonly processes: readonly ProcessShape[];
  readonly actors: readonly CommonActor[];
}

/** Somebody who does one act after the other. */
export interface CommonActor {
  readonly name: string;
  readonly acts: readonly object[];
}

/** A process of a broker: processes of one broker share its identity. One that crashed comes back empty. */
export interface ProcessShape {
  readonly brokerId: number;
  /** How far its wall clock is off. */
  readonly clockErrorMs: number;
  /** Its monotonic clock stands still while it is frozen, as a suspended machine's does. */
  readonly clockStopsInFreeze: boolean;
  readonly limits: Partial<LogLimits>;
}
