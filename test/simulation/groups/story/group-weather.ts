import { CALM, type Weather } from '../../story/weather.ts';
import type { Chance } from '../../world/chance.ts';

/*
 * A heartbeat is several requests, and a group that nobody can write to for long does nothing that could go wrong. So
 * it freezes and crashes less here than it does on a log; members do that by acts of theirs as well.
 */
const MILD: Weather = { ...CALM, objectFaults: 0.02, metadataFaults: 0.02, slow: 0.02, isMild: true };
const ROUGH: Weather = {
  ...CALM,
  objectFaults: 0.05,
  metadataFaults: 0.05,
  slow: 0.03,
  freezes: 0.002,
  crashes: 0.001,
};
const FREEZING: Weather = { ...ROUGH, metadataFaults: 0.02, freezes: 0.008, crashes: 0 };
/** What was given up comes long after, when others have gone on. */
const LATE: Weather = { ...ROUGH, metadataFaults: 0.02, freezes: 0.001, late: 0.3 };
const STORM: Weather = { ...ROUGH, objectFaults: 0.15, metadataFaults: 0.15, crashes: 0.004 };

/** What a coordinator has to cope with by itself: nobody else hears of it. */
const FORGETFUL: Weather = { ...CALM, metadataFaults: 0.04, isOnlyForgetful: true };

export const drawPlacidWeather = (chance: Chance): Weather => chance.pick([CALM, FORGETFUL, FORGETFUL]);

export function drawGroupWeather(chance: Chance): Weather {
  return chance.pick([CALM, CALM, MILD, ROUGH, ROUGH, ROUGH, FREEZING, FREEZING, LATE, LATE, STORM]);
}
