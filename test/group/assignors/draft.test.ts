import { expect, test } from 'vitest';
import { dispensable, draftOf, give, hasNew, take } from '../../../lib/group/assignors/draft.ts';
import { group } from './groups.ts';

function draft() {
  const topics = ['a', 'b'];
  const input = group({ a: 3, b: 3 }, { m1: { topics, has: { a: [0, 1], b: [1] } }, m2: { topics } });
  const { members, topics: drafted } = draftOf(input);
  const [m1, m2] = members;
  const [a, b] = drafted;
  if (m1 === undefined || m2 === undefined || a === undefined || b === undefined) throw new Error('too few');
  return { m1, m2, a, b };
}

test('what a member owned before stays in front of what is new to it, also when it comes back', () => {
  const { m1, a } = draft();
  expect(hasNew(m1, a)).toBe(false);
  take(m1, a, 0);
  give(m1, a, 2);
  expect(hasNew(m1, a)).toBe(true);
  give(m1, a, 0);
  expect(hasNew(m1, a)).toBe(true);
  expect(m1.partitions.get(a)?.at(-1)).toBe(2);
});

test('a member can best do without the last partition of the topic that it has the most of', () => {
  const { m1, a, b } = draft();
  expect(dispensable(m1, new Set(['a', 'b']))).toEqual([a, 1]);
  expect(dispensable(m1, new Set(['b']))).toEqual([b, 1]);
});

test('nobody gives what they do not have', () => {
  const { m1, m2, a } = draft();
  expect(() => take(m2, a, 0)).toThrow('m2 does not have partition 0 of a');
  expect(() => take(m1, a, 2)).toThrow('m1 does not have partition 2 of a');
  expect(() => dispensable(m2, m2.topicIds)).toThrow('m2 has nothing of a, b');
});
