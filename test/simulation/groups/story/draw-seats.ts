import type { Chance } from '../../world/chance.ts';
import { drawSubscription } from './draw-group-story.ts';
import type { Drawn } from './drawn.ts';
import type { GroupShape, SeatAct, SeatActor, TopicSubscription } from './group-story.ts';

interface Seating extends Drawn {
  readonly group: GroupShape;
  readonly isMixed: boolean;
}

/** An answer takes so long even when all is well. */
const ANSWER_WITHIN_MS_MIN = 500;

/** The members of one group, in their places. */
export function drawSeats(drawn: Drawn, group: GroupShape, index: number): SeatActor[] {
  const { chance, timing } = drawn;
  const { heartbeatMs } = timing;
  const seating = { ...drawn, group, isMixed: chance.happens(0.3) };
  const assignor = chance.pick([undefined, undefined, 'uniform' as const, 'range' as const]);
  const count = index === 0 ? chance.whole(1, 5) : chance.whole(0, 3);
  return Array.from({ length: count }, (_, number) => {
    const name = `${group.groupId} ${number + 1}`;
    return {
      kind: 'seat',
      name,
      groupId: group.groupId,
      instanceId: chance.happens(0.35) ? `i-${number + 1}` : undefined,
      assignor: seating.isMixed ? chance.pick([undefined, 'uniform' as const, 'range' as const]) : assignor,
      isRoaming: chance.happens(0.7),
      pollEveryMs: Math.round(heartbeatMs * chance.pick([0.3, 0.5, 1])),
      commitRate: chance.pick([0.3, 0.6, 1]),
      isBlind: chance.happens(0.15),
      answerWithinMs: Math.max(
        ANSWER_WITHIN_MS_MIN,
        heartbeatMs * (drawn.isPlacid ? 10 : chance.pick([0.5, 1, 3])),
      ),
      acts: drawActs(seating),
    };
  });
}

function drawActs(seating: Seating): SeatAct[] {
  const { chance, timing, lengthMs, group, isPlacid } = seating;
  const { heartbeatMs } = timing;
  const joinsMs = chance.happens(0.6) ? chance.whole(0, heartbeatMs) : chance.whole(0, lengthMs / 2);
  const acts: SeatAct[] = [{ act: 'join', atMs: joinsMs, subscription: subscriptionOf(seating) }];
  for (let count = chance.whole(0, 6); count > 0; count -= 1) {
    const atMs = chance.whole(joinsMs, lengthMs);
    acts.push(isPlacid ? placidAct(seating, atMs) : drawAct(seating, atMs));
  }
  for (const { atMs, forMs } of group.ebbs) {
    const isOnTime = chance.happens(0.8);
    acts.push({ act: 'leave', atMs: atMs + (isOnTime ? chance.whole(0, heartbeatMs) : forMs) });
    acts.push({ act: 'join', atMs: atMs + forMs + heartbeatMs, subscription: subscriptionOf(seating) });
  }
  return acts.sort((a, b) => a.atMs - b.atMs);
}

function subscriptionOf({ chance, group, topics, isMixed }: Seating): TopicSubscription {
  return isMixed && chance.happens(0.5) ? drawSubscription(chance, topics) : group.subscription;
}

function drawAct(seating: Seating, atMs: number): SeatAct {
  const { chance, timing } = seating;
  const { sessionMs } = timing;
  switch (chance.whole(0, 8)) {
    case 0:
    case 1:
      return { act: 'freeze', atMs, ms: longerOrShorter(chance, sessionMs) };
    case 2:
    case 3:
      return { act: 'be replaced', atMs, thawsAfterMs: longerOrShorter(chance, sessionMs) };
    case 4:
      return { act: 'crash', atMs };
    case 5:
      return { act: 'join', atMs, subscription: subscriptionOf(seating) };
    default:
      return placidAct(seating, atMs);
  }
}

function placidAct(seating: Seating, atMs: number): SeatAct {
  const { chance, timing } = seating;
  switch (chance.whole(0, 4)) {
    case 0:
      return { act: 'leave', atMs };
    case 1:
    case 2:
      return { act: 'restart', atMs, afterMs: longerOrShorter(chance, timing.sessionMs / 3) };
    case 3:
      return { act: 'subscribe', atMs, subscription: subscriptionOf(seating) };
    default:
      return { act: 'join', atMs, subscription: subscriptionOf(seating) };
  }
}

/** Than a session, by a few times. */
const longerOrShorter = (chance: Chance, ms: number): number => chance.spread(ms / 3, ms * 5);
