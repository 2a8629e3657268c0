import { Chance, chanceOf } from '../world/chance.ts';
import type { ProcessShape } from './common-story.ts';
import type { Actor, KeyedAct, OperatorAct, ReadAct, SendAct, Story } from './story.ts';
import { drawWeather, freezeMs, LATE, type Weather } from './weather.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The story that a seed tells: who is there, what they do, and how bad the weather is. */
export function drawStory(seed: number): Story {
  const chance = new Chance(seed);
  // Idempotent producers that come back after many appends of others, while old requests of theirs still arrive.
  const isOfReturns = chance.happens(0.12);
  const weather = isOfReturns ? LATE : drawWeather(chance);
  const partitions = isOfReturns ? 1 : chance.pick([1, 1, 1, 2, 3]);
  const processes = drawProcesses(chance);
  const paceMs = chance.pick([15, 15, 300, 10 * SECOND_MS]);
  const drawn = { chance, weather, partitions, processes, paceMs, isOfReturns };
  const actors = [
    ...named(isOfReturns ? 2 : chance.whole(1, 3), 'plain producer').map((name) =>
      plainProducer(drawn, name),
    ),
    ...named(isOfReturns ? 3 : chance.whole(0, 3), 'idempotent producer').map((name, index) =>
      idempotentProducer(drawn, name, 100 + index),
    ),
    ...named(chance.whole(1, 2), 'reader').map((name) => reader(drawn, name)),
    operator(drawn),
    ...keyedProducers(drawn, chanceOf(seed, 'keyed producers')),
  ];
  const inlineBytesMax = chance.pick([0, 400, 4_096]);
  return { seed, weather, paceMs, partitions, inlineBytesMax, processes, actors };
}

interface Drawn {
  readonly chance: Chance;
  readonly weather: Weather;
  readonly partitions: number;
  readonly processes: readonly ProcessShape[];
  readonly paceMs: number;
  readonly isOfReturns: boolean;
}

const named = (count: number, kind: string): string[] =>
  Array.from({ length: count }, (_, index) => `${kind} ${index + 1}`);

function drawProcesses(chance: Chance): ProcessShape[] {
  const brokers = chance.pick([1, 1, 2]);
  const each = chance.whole(1, 3);
  const areClocksOff = chance.happens(0.4);
  return Array.from({ length: brokers * each }, (_, index) => ({
    brokerId: 1 + (index % brokers),
    clockErrorMs: areClocksOff ? chance.whole(-10, 10) * MINUTE_MS : chance.whole(-50, 50),
    clockStopsInFreeze: chance.happens(0.5),
    limits: {
      flushBytesMax: chance.pick([300, 600, 4_000_000]),
      flushAheadBytesMin: chance.pick([50, 4_000_000]),
      cacheBytesMax: chance.pick([500, 4_000_000]),
    },
  }));
}

/** Mostly one thing right after the other, and now and then a silence in which others get ahead. */
function pause({ chance, paceMs }: Drawn, silences = 0.04): number {
  return chance.happens(silences) ? chance.spread(paceMs, 60 * paceMs) : chance.whole(0, paceMs);
}

function send(drawn: Drawn, batchesMax: number, silences?: number): SendAct {
  const { chance, weather, partitions, paceMs, isOfReturns } = drawn;
  return {
    act: 'send',
    pauseMs: pause(drawn, silences),
    partition: chance.whole(0, partitions - 1),
    counts: Array.from({ length: chance.happens(0.2) ? chance.whole(1, batchesMax) : 1 }, () =>
      chance.whole(1, 3),
    ),
    timestamp: chance.whole(0, 100),
    process: chance.whole(0, 5),
    isAstray: chance.happens(0.05),
    isAwaited: chance.happens(0.8),
    isSpread: chance.happens(0.3),
    answerWithinMs: weather.isMild ? HOUR_MS : chance.spread(10 * paceMs, (isOfReturns ? 40 : 500) * paceMs),
  };
}

function plainProducer(drawn: Drawn, name: string): Actor {
  const { chance, isOfReturns } = drawn;
  const acts = isOfReturns
    ? Array.from({ length: 80 }, () => ({ ...send(drawn, 1, 0), isAwaited: false }))
    : Array.from({ length: chance.whole(5, 40) }, () => send(drawn, 3));
  return { kind: 'plain producer', name, acts };
}

function idempotentProducer(drawn: Drawn, name: string, producerId: number): Actor {
  const { chance } = drawn;
  const acts = Array.from({ length: chance.whole(3, 25) }, () =>
    chance.happens(0.06)
      ? { act: 'new epoch' as const, pauseMs: pause(drawn) }
      : send(drawn, 2, drawn.isOfReturns ? 0.5 : 0.15),
  );
  return { kind: 'idempotent producer', name, producerId, acts };
}

/** By a chance of their own, so that a seed tells the same of everybody else as it would without them. */
function keyedProducers(drawn: Drawn, chance: Chance): Actor[] {
  if (drawn.isOfReturns) return [];
  return named(chance.pick([0, 0, 1, 2]), 'keyed producer').map((name) => ({
    kind: 'keyed producer',
    name,
    acts: Array.from({ length: chance.whole(1, 8) }, () => keyed({ ...drawn, chance })),
  }));
}

function keyed(drawn: Drawn): KeyedAct {
  const { counts, timestamp, process, isAstray, isSpread, answerWithinMs, partition } = send(drawn, 2, 0.1);
  const all = Array.from({ length: drawn.partitions }, (_, each) => each);
  const partitions = drawn.chance.happens(0.3) ? all : [partition];
  const pauseMs = pause(drawn, 0.1);
  const act = 'send under a key' as const;
  return { act, pauseMs, partitions, counts, timestamp, process, isAstray, isSpread, answerWithinMs };
}

function reader(drawn: Drawn, name: string): Actor {
  const { chance, partitions } = drawn;
  const acts = Array.from({ length: chance.whole(5, 25) }, (): ReadAct => {
    const common = { pauseMs: pause(drawn), process: chance.whole(0, 5) };
    if (chance.happens(0.1)) return { ...common, act: 'seek', to: chance.next() };
    if (chance.happens(0.06)) return { ...common, act: 'look up a time', timestamp: chance.whole(0, 110) };
    const maxWaitMs = chance.pick([0, 0, 100, 1_000]);
    return { ...common, act: 'poll', maxBytes: chance.pick([1, 300, 3_000, 100_000]), maxWaitMs };
  });
  return { kind: 'reader', name, partition: chance.whole(0, partitions - 1), acts };
}

function operator(drawn: Drawn): Actor {
  const { chance, weather, partitions, processes, paceMs } = drawn;
  const brokers = new Set(processes.map(({ brokerId }) => brokerId)).size;
  const isGentle = weather.freezes === 0;
  const acts = Array.from({ length: chance.whole(0, 8) }, (): OperatorAct => {
    const pauseMs = chance.whole(0, 20 * paceMs);
    const partition = chance.whole(0, partitions - 1);
    const process = chance.whole(0, processes.length - 1);
    const kind = chance.whole(0, isGentle ? 3 : 6);
    // What retention has passed cannot be looked for, and its producer hears that.
    if (kind === 0 && !weather.isMild)
      return { pauseMs, act: 'retention', partition, fraction: chance.next() * 0.6 };
    if (kind <= 2) return { pauseMs, act: 'collect garbage', fraction: chance.next() };
    if (kind <= 4) return { pauseMs, act: 'lead', partition, brokerId: chance.whole(1, brokers) };
    if (kind === 5) return { pauseMs, act: 'crash', process };
    return { pauseMs, act: 'freeze', process, ms: freezeMs(chance, paceMs) };
  });
  return { kind: 'operator', name: 'operator', acts };
}
