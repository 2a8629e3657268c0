import fc from 'fast-check';
import { expect } from 'vitest';
import type { AssignableMember, AssignorInput } from '../../../lib/group/assignors/assignor.ts';
import { countOf, each, has, type TopicPartitions } from '../../../lib/group/topic-partitions.ts';
import { seededRandom } from '../../support/random.ts';

export type Assignment = ReadonlyMap<string, TopicPartitions>;

/** Partitions by topic id, as one writes them. */
export type Written = Readonly<Record<string, readonly number[]>>;

interface WrittenMember {
  readonly topics: readonly string[];
  readonly has?: Written;
  readonly instanceId?: string;
}

export function group(
  topics: Readonly<Record<string, number>>,
  members: Readonly<Record<string, WrittenMember>>,
): AssignorInput {
  const entries = Object.entries(members).map(([id, { topics, has = {}, instanceId }]) => {
    const assigned = new Map(Object.entries(has).map(([topicId, numbers]) => [topicId, new Set(numbers)]));
    const member = { topicIds: new Set(topics), assigned, ...(instanceId !== undefined && { instanceId }) };
    return [id, member] as const;
  });
  return { topics: new Map(Object.entries(topics)), members: new Map(entries) };
}

export function written(assignment: Assignment): Record<string, Written> {
  const entries = Array.from(assignment, ([memberId, partitions]) => {
    const topics = Array.from(partitions, ([topicId, numbers]) => [topicId, Array.from(numbers)]);
    return [memberId, Object.fromEntries(topics)];
  });
  return Object.fromEntries(entries);
}

/** The same group after its members have taken over what they were assigned. */
export function reassigned({ members, topics }: AssignorInput, assignment: Assignment): AssignorInput {
  const entries = Array.from(members, ([id, member]): [string, AssignableMember] => [
    id,
    { ...member, assigned: assignment.get(id) ?? new Map() },
  ]);
  return { topics, members: new Map(entries) };
}

export const without = ({ members, topics }: AssignorInput, memberId: string): AssignorInput => ({
  topics,
  members: new Map(Array.from(members).filter(([id]) => id !== memberId)),
});

/** The same group, with all its maps and sets filled in another order. */
export function reordered({ members, topics }: AssignorInput, seed: number): AssignorInput {
  const random = seededRandom(seed);
  const shuffle = <Item>(items: Iterable<Item>): Item[] =>
    Array.from(items, (item) => ({ item, key: random() }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);
  const entries = shuffle(members).map(([id, member]): [string, AssignableMember] => {
    const assigned = shuffle(member.assigned).map(
      ([topicId, numbers]) => [topicId, new Set(shuffle(numbers))] as const,
    );
    return [id, { ...member, topicIds: new Set(shuffle(member.topicIds)), assigned: new Map(assigned) }];
  });
  return { topics: new Map(shuffle(topics)), members: new Map(entries) };
}

/** How many partitions stay with none of the members that have them and still subscribe to them. */
export function takenAway({ members, topics }: AssignorInput, assignment: Assignment): number {
  let taken = 0;
  for (const [memberId, { topicIds, assigned }] of members) {
    for (const [topicId, partition] of each(assigned)) {
      if (!topicIds.has(topicId) || partition >= (topics.get(topicId) ?? 0)) continue;
      if (!has(assignment.get(memberId) ?? new Map(), topicId, partition)) taken += 1;
    }
  }
  return taken;
}

export const loadsOf = (assignment: Assignment): number[] => Array.from(assignment.values(), countOf);

/** Every partition that somebody subscribes to has one owner, which subscribes to it; and all members stand there. */
export function expectComplete({ members, topics }: AssignorInput, assignment: Assignment): void {
  expect(Array.from(assignment.keys()).sort()).toEqual(Array.from(members.keys()).sort());
  const given = Array.from(assignment).flatMap(([memberId, partitions]) =>
    Array.from(each(partitions), ([topicId, partition]) => {
      expect(members.get(memberId)?.topicIds).toContain(topicId);
      return `${topicId}-${partition}`;
    }),
  );
  const subscribed = new Set(Array.from(members.values()).flatMap(({ topicIds }) => Array.from(topicIds)));
  const expected = Array.from(topics).flatMap(([topicId, count]) =>
    subscribed.has(topicId) ? Array.from({ length: count }, (_, partition) => `${topicId}-${partition}`) : [],
  );
  expect(given.sort()).toEqual(expected.sort());
}

const TOPIC_IDS = ['a', 'b', 'c', 'd', 'e'];

export interface GroupOptions {
  /** Whether all members subscribe to all topics. */
  readonly sameTopics: boolean;
  /** @default 6 */
  readonly membersMax?: number;
  /** Of a topic. @default 7 */
  readonly partitionsMax?: number;
}

/**
 * Groups with up to 5 topics. A partition belongs to one member or none so far; the member may have left
 * the topic since, and the topic may have had one partition more.
 */
export function groups(options: GroupOptions): fc.Arbitrary<AssignorInput> {
  const { sameTopics, membersMax = 6, partitionsMax = 7 } = options;
  const drawn = fc.record({
    memberIds: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: membersMax,
    }),
    counts: fc.array(fc.integer({ min: 1, max: partitionsMax }), {
      minLength: 1,
      maxLength: TOPIC_IDS.length,
    }),
    subscriptions: fc.array(fc.subarray(TOPIC_IDS), exactly(membersMax)),
    owners: fc.array(fc.nat(), exactly(TOPIC_IDS.length * (partitionsMax + 1))),
  });
  return drawn.map(({ memberIds, counts, subscriptions, owners }) => {
    const topics = counts.map((count, topic): [string, number] => [TOPIC_IDS[topic] ?? '', count]);
    const assigned = memberIds.map(() => new Map<string, Set<number>>());
    for (const [topic, [topicId, count]] of topics.entries()) {
      for (let partition = 0; partition <= count; partition++) {
        const drawnOwner = owners[topic * (partitionsMax + 1) + partition] ?? 0;
        // Nobody stands at the last position.
        const ofOwner = assigned[drawnOwner % (memberIds.length + 1)];
        ofOwner?.set(topicId, (ofOwner.get(topicId) ?? new Set()).add(partition));
      }
    }
    const topicIds = topics.map(([topicId]) => topicId);
    const members = memberIds.map((id, position): [string, AssignableMember] => {
      const some = sameTopics
        ? topicIds
        : topicIds.filter((topicId) => subscriptions[position]?.includes(topicId));
      return [id, { topicIds: new Set(some), assigned: assigned[position] ?? new Map() }];
    });
    return { topics: new Map(topics), members: new Map(members) };
  });
}

const exactly = (length: number) => ({ minLength: length, maxLength: length });
