import type { ProcessShape } from '../../story/common-story.ts';
import { Chance } from '../../world/chance.ts';
import { drawOperator } from './draw-operator.ts';
import { drawSeats } from './draw-seats.ts';
import type { Drawn } from './drawn.ts';
import type {
  GroupProducerActor,
  GroupSendAct,
  GroupShape,
  GroupStory,
  Timing,
  TopicShape,
  TopicSubscription,
} from './group-story.ts';
import { drawGroupWeather, drawPlacidWeather } from './group-weather.ts';

/** The story that a seed tells: which groups there are, who is in them, what they do, and how bad the weather is. */
export function drawGroupStory(seed: number): GroupStory {
  const chance = new Chance(seed);
  const isPlacid = chance.happens(0.2);
  const paceMs = isPlacid ? chance.pick([50, 100]) : chance.pick([20, 50, 100, 1_000]);
  const timing = drawTiming(chance, paceMs, isPlacid);
  const weather = isPlacid ? drawPlacidWeather(chance) : drawGroupWeather(chance);
  const processes = drawProcesses(chance, timing, isPlacid);
  const topics = drawTopics(chance);
  const lengthMs = timing.heartbeatMs * chance.whole(20, 40);
  const groups = drawGroups(chance, topics, timing, lengthMs);
  const drawn = { chance, timing, isPlacid, topics, groups, lengthMs, processes: processes.length };
  const actors = [
    ...groups.flatMap((group, index) => drawSeats(drawn, group, index)),
    ...Array.from({ length: chance.whole(1, 2) }, (_, index) => drawProducer(drawn, `producer ${index + 1}`)),
    drawOperator(drawn),
  ];
  const inlineBytesMax = chance.pick([0, 4_096, 4_096]);
  return { seed, weather, paceMs, inlineBytesMax, processes, timing, isPlacid, topics, groups, actors };
}

function drawTiming(chance: Chance, paceMs: number, isPlacid: boolean): Timing {
  const heartbeatMs = 10 * paceMs;
  return {
    heartbeatMs,
    sessionMs: heartbeatMs * chance.pick([3, 4, 4]) + paceMs,
    // To let go takes a member some heartbeats, however well all is.
    rebalanceMs: heartbeatMs * (isPlacid ? 10 : chance.pick([2, 4, 10])),
    retentionMinutes: chance.happens(0.15) ? 1 : 10_080,
  };
}

/** Clocks that are off by more than a session make members come and go without an end. */
function drawProcesses(chance: Chance, { sessionMs }: Timing, isPlacid: boolean): ProcessShape[] {
  const errorMaxMs = isPlacid ? 0 : sessionMs * chance.pick([0.01, 0.01, 0.5, 2]);
  return Array.from({ length: chance.whole(2, 3) }, () => ({
    brokerId: 1,
    clockErrorMs: Math.round(errorMaxMs * (2 * chance.next() - 1)),
    clockStopsInFreeze: chance.happens(0.5),
    limits: {},
  }));
}

const TOPIC_NAMES = ['apples', 'apricots', 'plums'] as const;

function drawTopics(chance: Chance): TopicShape[] {
  return TOPIC_NAMES.slice(0, chance.whole(1, 3)).map((name) => ({ name, partitions: chance.whole(1, 4) }));
}

/** A topic that is not there, and may come, can be subscribed to as well. */
export function drawSubscription(chance: Chance, topics: readonly TopicShape[]): TopicSubscription {
  if (chance.happens(0.35)) return { names: [], pattern: chance.pick(['ap.*', '.*', '.*']) };
  const names = [...topics.map(({ name }) => name), 'peaches'].filter(() => chance.happens(0.6));
  return { names: names.length > 0 ? names : [TOPIC_NAMES[0]] };
}

function drawGroups(
  chance: Chance,
  topics: readonly TopicShape[],
  { heartbeatMs }: Timing,
  lengthMs: number,
): GroupShape[] {
  return ['blue', 'green'].slice(0, chance.pick([1, 1, 2])).map((groupId) => {
    const isOfAll = chance.happens(0.5);
    const subscription = isOfAll
      ? { names: topics.map(({ name }) => name) }
      : drawSubscription(chance, topics);
    const ebbs = chance.pick([0, 0, 0, 0, 1, 1, 2, 3]);
    const periodMs = lengthMs / Math.max(ebbs, 1);
    const drawn = Array.from({ length: ebbs }, (_, index) => ({
      atMs: Math.round(periodMs * (index + 0.2 + 0.3 * chance.next())),
      forMs: heartbeatMs * chance.whole(3, ebbs > 1 ? 5 : 10),
    }));
    return { groupId, subscription, ebbs: drawn };
  });
}

function drawProducer({ chance, topics, lengthMs }: Drawn, name: string): GroupProducerActor {
  const names = topics.map((topic) => topic.name);
  const acts = Array.from(
    { length: chance.whole(8, 24) },
    (): GroupSendAct => ({
      act: 'send',
      atMs: chance.whole(0, lengthMs),
      topic: chance.pick([names[0] ?? '', ...names, 'peaches']),
      partition: chance.whole(0, 5),
      count: chance.whole(1, 3),
      process: chance.whole(0, 2),
    }),
  );
  return { kind: 'producer', name, acts: acts.sort((a, b) => a.atMs - b.atMs) };
}
