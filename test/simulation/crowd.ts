import type { SendAct, Story } from './story/story.ts';
import { CALM } from './story/weather.ts';
import { Chance } from './world/chance.ts';

/**
 * Many processes of one broker, each with a plain producer that appends to one partition, one record at a time, with a
 * pause of up to `pauseMsMax` before each.
 */
export function crowd(seed: number, processes: number, appendsEach: number, pauseMsMax = 0): Story {
  const chance = new Chance(seed);
  const act = (process: number): SendAct => ({
    act: 'send',
    pauseMs: chance.whole(0, pauseMsMax),
    partition: 0,
    counts: [1],
    timestamp: 0,
    process,
    isAstray: false,
    isAwaited: true,
    isSpread: false,
    answerWithinMs: 3_600_000,
  });
  return {
    seed,
    weather: { ...CALM, isMild: true },
    paceMs: 15,
    partitions: 1,
    inlineBytesMax: 4_096,
    processes: Array.from({ length: processes }, () => ({
      brokerId: 1,
      clockErrorMs: 0,
      clockStopsInFreeze: false,
      limits: {},
    })),
    actors: Array.from({ length: processes }, (_, process) => ({
      kind: 'plain producer' as const,
      name: `producer ${process}`,
      acts: Array.from({ length: appendsEach }, () => act(process)),
    })),
  };
}
