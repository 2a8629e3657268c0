import { describe, expect, test } from 'vitest';
import {
  followAnswer,
  followTopics,
  ownedTopics,
  withoutMembership,
} from '../../../lib/group/instances/follow-assignment.ts';
import { type Held, type Instance, newInstance, withHeld } from '../../../lib/group/instances/instance.ts';
import { asOffset } from '../../../lib/kafka/types.ts';
import { CONFIG } from './test-instances.ts';

const subscribed: Instance = {
  ...newInstance(CONFIG, 0),
  reads: {
    kind: 'subscription',
    subscription: { topicNames: ['a', 'b'], pattern: undefined },
    member: { memberId: 'm', memberEpoch: 0 },
  },
};

const answer = (memberEpoch: number, assignment: Record<string, number[]> | undefined) => ({
  memberId: 'm',
  memberEpoch,
  heartbeatIntervalMs: 5_000,
  assignment:
    assignment &&
    Object.entries(assignment).map(([topicName, partitions]) => ({
      topicId: `id-${topicName}`,
      topicName,
      partitions,
    })),
});

const namesOf = (held: Iterable<Held>) =>
  Array.from(
    held,
    ({ topic, partition, since, position }) => `${topic}-${partition} since ${since} @${position}`,
  );

describe('the answer to a heartbeat', () => {
  const joined = followAnswer(subscribed, answer(3, { a: [0, 1], b: [0] })).instance;

  test('gives partitions, which begin where the group says, later', () => {
    expect(namesOf(joined.held.values())).toEqual([
      'a-0 since 3 @undefined',
      'a-1 since 3 @undefined',
      'b-0 since 3 @undefined',
    ]);
    expect(joined.reads).toMatchObject({ member: { memberId: 'm', memberEpoch: 3 } });
    expect(ownedTopics(joined.held)).toEqual([
      { topicId: 'id-a', partitions: [0, 1] },
      { topicId: 'id-b', partitions: [0] },
    ]);
  });

  test('changes nothing when it tells what was reported', () => {
    expect(followAnswer(joined, answer(3, undefined))).toEqual({ instance: joined, lost: [] });
    expect(followAnswer(joined, answer(3, undefined)).instance).toBe(joined);
    expect(followAnswer(joined, answer(3, { b: [0], a: [1, 0] })).instance).toBe(joined);
  });

  test('lets go of what is not in it, and keeps the positions of what is', () => {
    const [first, ...others] = joined.held.values();
    const read = withHeld(
      joined,
      first === undefined ? [] : [{ ...first, position: asOffset(7) }, ...others],
    );
    const { instance, lost } = followAnswer(read, answer(4, { a: [0], b: [0, 1] }));
    expect(namesOf(instance.held.values())).toEqual([
      'a-0 since 3 @7',
      'b-0 since 3 @undefined',
      'b-1 since 4 @undefined',
    ]);
    expect(namesOf(lost)).toEqual(['a-1 since 3 @undefined']);
    expect(namesOf(followAnswer(instance, answer(5, {})).lost)).toHaveLength(3);
  });

  test('of a topic that was made anew under its name begins anew', () => {
    const [topic] = answer(4, { a: [0] }).assignment ?? [];
    if (topic === undefined) throw new Error('an assignment has a topic');
    const anew = { ...answer(4, undefined), assignment: [{ ...topic, topicId: 'other' }] };
    const { instance, lost } = followAnswer(joined, anew);
    expect(namesOf(instance.held.values())).toEqual(['a-0 since 4 @undefined']);
    expect(lost).toHaveLength(3);
  });

  test('that gives more than one instance reads is an error by name', () => {
    const many = Array.from({ length: 1_001 }, (_, partition) => partition);
    expect(() => followAnswer(subscribed, answer(1, { a: many }))).toThrow('add instances');
    expect(followAnswer(subscribed, answer(1, { a: many.slice(1) })).instance.held.size).toBe(1_000);
  });

  test('that says that the member is unknown takes everything, and lets it join again as the same', () => {
    const again = withoutMembership(joined);
    expect(again.held.size).toBe(0);
    expect(again.reads).toMatchObject({ member: { memberId: 'm', memberEpoch: 0 } });
    expect(withoutMembership(again)).toBe(again);
  });
});

test('an assignment by hand holds what its names mean now', () => {
  const partitions = [0, 1, 2].map((partition) => ({ topic: 'a', partition }));
  const assigned: Instance = { ...newInstance(CONFIG, 0), reads: { kind: 'assignment', partitions } };
  const topic = (id: string, partitionCount: number) =>
    new Map([['a', { name: 'a', id, partitionCount, overrides: {} }]]);
  const found = followTopics(assigned, topic('one', 3));
  expect(namesOf(found.held.values())).toEqual([0, 1, 2].map((each) => `a-${each} since 0 @undefined`));
  expect(followTopics(found, topic('one', 5))).toBe(found);
  expect(Array.from(followTopics(found, topic('another', 2)).held.keys())).toEqual([
    'another#0',
    'another#1',
  ]);
  expect(followTopics(found, new Map()).held.size).toBe(0);
});
