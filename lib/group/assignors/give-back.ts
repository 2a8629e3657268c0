import { type Draft, type DraftMember, type DraftTopic, hasNew, type Move, move } from './draft.ts';

/**
 * Gives as many partitions as possible back to the members that they belonged to before, with the loads as even as they
 * are: as long as there is a ring of moves that leaves fewer partitions taken away, these moves are made. Rings are the
 * negative cycles of a minimum-cost flow (Klein, "A primal method for minimal cost flows", 1967).
 */
export function giveBack({ members }: Draft): void {
  let takenAway = members.reduce((sum, member) => sum + Array.from(returnsOf(member)).length, 0);
  for (let ring = findRing(members); ring !== undefined; ring = findRing(members)) {
    if (takenAway === 0) throw new Error('a ring did not give anything back');
    takenAway -= 1;
    movesOf(ring).forEach(move);
  }
}

/**
 * A ring leads from a giver by a topic to a taker, or straight to the member that a partition belonged to before. A
 * number stands between a member with so many partitions, which gets one, and a member with one more, which gives one:
 * they change places.
 */
type Step = DraftMember | DraftTopic | number;

/** A ring that costs less than nothing, if there is one (the algorithm of Bellman and Ford, with a queue). */
function findRing(members: readonly DraftMember[]): Step[] | undefined {
  const byLoad = Map.groupBy(members, ({ load }) => load);
  const costs = new Map<Step, number>();
  const previous = new Map<Step, Step>();
  const queue: Step[] = Array.from(members);
  // It grows while it is read.
  for (const step of queue) {
    for (const [next, cost] of stepsFrom(step, byLoad)) {
      const total = (costs.get(step) ?? 0) + cost;
      if (total >= (costs.get(next) ?? 0)) continue;
      const ring = wayBetween(next, step, previous);
      if (ring !== undefined) return ring;
      costs.set(next, total);
      previous.set(next, step);
      queue.push(next);
    }
  }
  return undefined;
}

/** Where a ring can lead on, and by how many more partitions are taken away then. */
function* stepsFrom(
  step: Step,
  byLoad: ReadonlyMap<number, readonly DraftMember[]>,
): Generator<[next: Step, cost: number]> {
  if (typeof step === 'number') {
    for (const member of byLoad.get(step + 1) ?? []) yield [member, 0];
  } else if (isMember(step)) {
    yield [step.load, 0];
    for (const topic of step.partitions.keys()) yield [topic, hasNew(step, topic) ? 0 : 1];
    for (const { taker } of returnsOf(step)) yield [taker, -1];
  } else {
    for (const member of step.subscribers) yield [member, 0];
  }
}

const isMember = (step: Step): step is DraftMember => typeof step === 'object' && 'load' in step;

/** For each partition that belonged to another member before: the move back. */
function* returnsOf(giver: DraftMember): Generator<Move> {
  for (const [topic, partitions] of giver.partitions) {
    for (const partition of partitions) {
      const taker = topic.owners[partition];
      if (taker !== undefined && taker !== giver) yield { giver, taker, topic, partition };
    }
  }
}

/** The steps from one to the other, if it has been reached from there. */
function wayBetween(from: Step, to: Step, previous: ReadonlyMap<Step, Step>): Step[] | undefined {
  const back: Step[] = [];
  for (let step: Step | undefined = to; step !== undefined; step = previous.get(step)) {
    back.push(step);
    if (step === from) return back.reverse();
  }
  return undefined;
}

/** Each member stands in a ring once at most, so that it gives one partition at most. */
function movesOf(ring: readonly Step[]): Move[] {
  return ring.flatMap((giver, index) => {
    const [next, taker] = [...ring, ...ring].slice(index + 1);
    if (next === undefined || taker === undefined || !isMember(giver) || typeof next === 'number') return [];
    if (isMember(next)) return returnsOf(giver).find((back) => back.taker === next) ?? [];
    const partition = giver.partitions.get(next)?.at(-1);
    return partition === undefined || !isMember(taker) ? [] : [{ giver, taker, topic: next, partition }];
  });
}
