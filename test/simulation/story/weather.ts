import type { Chance } from '../world/chance.ts';

/** How often things go wrong, from 0 to 1. */
export interface Weather {
  /** Of requests to the object store. */
  readonly objectFaults: number;
  /** Of requests to the metadata store. */
  readonly metadataFaults: number;
  /** Of sequenced appends, and a third as often of writes, that are done only after their process has given up. */
  readonly late: number;
  /** Of requests that take up to seconds. */
  readonly slow: number;
  /** Of requests around which the process freezes. */
  readonly freezes: number;
  /** Of requests around which the process crashes. */
  readonly crashes: number;
  /** One object call in fifty fails and one metadata call in fifty gives no answer: producers only see longer waits. */
  readonly isMild: boolean;
  /** Writes are done, and nothing worse happens to them than that their answers get lost. */
  readonly isOnlyForgetful?: boolean;
}

export const CALM: Weather = {
  objectFaults: 0,
  metadataFaults: 0,
  late: 0,
  slow: 0,
  freezes: 0,
  crashes: 0,
  isMild: false,
};

const ONE_IN_FIFTY: Weather = { ...CALM, objectFaults: 0.02, metadataFaults: 0.02, slow: 0.02, isMild: true };
const ROUGH: Weather = {
  ...CALM,
  objectFaults: 0.1,
  metadataFaults: 0.06,
  slow: 0.05,
  freezes: 0.01,
  crashes: 0.003,
};
const FREEZING: Weather = { ...ROUGH, metadataFaults: 0.03, freezes: 0.04, crashes: 0 };
/** What was given up comes long after, when others have gone on. */
export const LATE: Weather = { ...ROUGH, metadataFaults: 0.02, freezes: 0.01, crashes: 0, late: 0.3 };
const STORM: Weather = { ...ROUGH, objectFaults: 0.3, metadataFaults: 0.2, crashes: 0.01 };

export function drawWeather(chance: Chance): Weather {
  return chance.pick([CALM, ONE_IN_FIFTY, ONE_IN_FIFTY, ROUGH, ROUGH, ROUGH, FREEZING, FREEZING, STORM]);
}

const HOUR_MS = 3_600_000;

/** From some acts of the others, whose pace it is, to thousands of them, or an hour. */
export function freezeMs(chance: Chance, paceMs: number): number {
  return Math.min(chance.spread(5 * paceMs, 2_000 * paceMs), HOUR_MS);
}
