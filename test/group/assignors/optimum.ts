import { expect } from 'vitest';
import type { AssignorInput } from '../../../lib/group/assignors/assignor.ts';
import { countOf, each, has } from '../../../lib/group/topic-partitions.ts';
import type { Assignment } from './groups.ts';

/** A member leads to all subscribers of the topics that it has partitions of, and on from there. */
export function expectNoChain({ members }: AssignorInput, assignment: Assignment): void {
  const ids = Array.from(members.keys());
  const partitionsOf = (id: string) => assignment.get(id) ?? new Map<string, ReadonlySet<number>>();
  for (const from of ids) {
    const reached = new Set([from]);
    for (const id of reached) {
      for (const topicId of partitionsOf(id).keys()) {
        for (const to of ids) if (members.get(to)?.topicIds.has(topicId)) reached.add(to);
      }
    }
    const fewest = Math.min(...Array.from(reached, (id) => countOf(partitionsOf(id))));
    expect(countOf(partitionsOf(from)) - fewest).toBeLessThanOrEqual(1);
  }
}

/**
 * A ring leads from each member to one that takes a partition of it, or to one with a partition more: to change places.
 * It counts the partitions that are taken from an owner on it, less those that come back to one; at none may the
 * former be fewer (Floyd and Warshall).
 */
export function expectNoRing({ members }: AssignorInput, assignment: Assignment): void {
  const all = Array.from(members.entries(), ([id, member]) => ({
    ...member,
    has: assignment.get(id) ?? new Map(),
  }));
  const costs = all.map((giver) =>
    all.map((taker) => {
      const moves = Array.from(each(giver.has)).filter(([topicId]) => taker.topicIds.has(topicId));
      const cost = ([topicId, partition]: (typeof moves)[number]) =>
        Number(has(giver.assigned, topicId, partition)) - Number(has(taker.assigned, topicId, partition));
      const places = countOf(taker.has) === countOf(giver.has) + 1 ? 0 : Number.POSITIVE_INFINITY;
      return Math.min(places, ...moves.map(cost));
    }),
  );
  for (const [k, viaRow] of costs.entries()) {
    for (const row of costs) {
      for (const [j, cost] of row.entries()) row[j] = Math.min(cost, (row[k] ?? 0) + (viaRow[j] ?? 0));
    }
  }
  for (const [k, row] of costs.entries()) expect(row[k]).toBeGreaterThanOrEqual(0);
}

/** What each has beyond n/m partitions rounded down, but for the n % m members that may keep one more. */
export function fewestForEqual({ members, topics }: AssignorInput): number {
  const partitions = topics.values().reduce((sum, count) => sum + count, 0);
  const share = Math.floor(partitions / members.size);
  const beyond = Array.from(members.values(), ({ assigned }) => {
    const numbers = Array.from(assigned).flatMap(([topicId, set]) =>
      Array.from(set).filter((partition) => partition < (topics.get(topicId) ?? 0)),
    );
    return Math.max(0, numbers.length - share);
  }).filter((count) => count > 0);
  return beyond.reduce((sum, count) => sum + count, 0) - Math.min(beyond.length, partitions % members.size);
}

/** Who may have each partition, by position, and who has it so far. */
function choices({ members, topics }: AssignorInput): { takers: number[]; owner: number }[] {
  const all = Array.from(members.values());
  return Array.from(topics).flatMap(([topicId, count]) => {
    const takers = Array.from(all.keys()).filter((position) => all[position]?.topicIds.has(topicId));
    return Array.from({ length: takers.length > 0 ? count : 0 }, (_, partition) => ({
      takers,
      owner: takers.find((position) => all[position]?.assigned.get(topicId)?.has(partition)) ?? -1,
    }));
  });
}

/** In how many ways the partitions could be assigned. */
export const ways = (input: AssignorInput): number =>
  choices(input).reduce((product, { takers }) => product * takers.length, 1);

/** Tries every assignment: among the most even ones, by the sum of squares, the fewest partitions taken away. */
export function fewestForMixed(input: AssignorInput): number {
  const partitions = choices(input);
  const loads = Array.from(input.members, () => 0);
  let best = { squares: Number.POSITIVE_INFINITY, taken: 0 };
  const assign = (index: number, taken: number): void => {
    const choice = partitions[index];
    if (choice === undefined) {
      const squares = loads.reduce((sum, load) => sum + load * load, 0);
      if (squares < best.squares || (squares === best.squares && taken < best.taken))
        best = { squares, taken };
      return;
    }
    for (const taker of choice.takers) {
      loads[taker] = (loads[taker] ?? 0) + 1;
      assign(index + 1, choice.owner === -1 || choice.owner === taker ? taken : taken + 1);
      loads[taker] = (loads[taker] ?? 0) - 1;
    }
  };
  assign(0, 0);
  return best.taken;
}
