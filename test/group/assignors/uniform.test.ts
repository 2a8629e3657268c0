import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uniform } from '../../../lib/group/assignors/uniform.ts';
import { runs } from '../../support/runs.ts';
import {
  expectComplete,
  group,
  groups,
  loadsOf,
  reassigned,
  reordered,
  takenAway,
  without,
  written,
} from './groups.ts';
import { expectNoChain, expectNoRing, fewestForEqual, fewestForMixed, ways } from './optimum.ts';

const equal = groups({ sameTopics: true });
const mixed = groups({ sameTopics: false });
const numRuns = runs(1_000);

describe.each([
  ['members with the same topics', equal],
  ['members with different topics', mixed],
])('%s', (_, any) => {
  test('have every partition once, each of a topic that its owner subscribes to', () => {
    fc.assert(
      fc.property(any, (input) => expectComplete(input, uniform(input))),
      { numRuns },
    );
  });

  test('get the same in whatever order they are listed', () => {
    fc.assert(
      fc.property(any, fc.nat(), (input, seed) => {
        expect(written(uniform(reordered(input, seed)))).toEqual(written(uniform(input)));
      }),
      { numRuns },
    );
  });

  test('keep exactly what they have once it is even', () => {
    fc.assert(
      fc.property(any, (input) => {
        const assignment = uniform(input);
        expect(written(uniform(reassigned(input, assignment)))).toEqual(written(assignment));
      }),
      { numRuns },
    );
  });

  test('are as even as can be: no chain of moves leads to a member with two partitions fewer', () => {
    fc.assert(
      fc.property(any, (input) => expectNoChain(input, uniform(input))),
      { numRuns },
    );
  });
});

describe('members with the same topics', () => {
  test('have the same number of partitions, or one more', () => {
    fc.assert(
      fc.property(equal, (input) => {
        const loads = loadsOf(uniform(input));
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
      }),
      { numRuns },
    );
  });

  test('lose as few partitions as such a balance allows', () => {
    fc.assert(
      fc.property(equal, (input) => {
        expect(takenAway(input, uniform(input))).toBe(fewestForEqual(input));
      }),
      { numRuns },
    );
  });

  test('lose nothing to a member that leaves', () => {
    fc.assert(
      fc.property(equal, fc.nat(), (input, who) => {
        const ids = Array.from(input.members.keys());
        fc.pre(ids.length > 1);
        const before = reassigned(input, uniform(input));
        const after = without(before, ids[who % ids.length] ?? '');
        expect(takenAway(after, uniform(after))).toBe(0);
      }),
      { numRuns },
    );
  });
});

test('members with different topics lose as few partitions as the best balance allows', () => {
  const small = groups({ sameTopics: false, partitionsMax: 3 }).filter((input) => ways(input) <= 4_000);
  fc.assert(
    fc.property(small, (input) => {
      expect(takenAway(input, uniform(input))).toBe(fewestForMixed(input));
    }),
    { numRuns },
  );
});

test('members with different topics could not lose fewer by any ring of moves', () => {
  const large = groups({ sameTopics: false, membersMax: 20, partitionsMax: 20 });
  fc.assert(
    fc.property(large, (input) => {
      const assignment = uniform(input);
      expectNoChain(input, assignment);
      expectNoRing(input, assignment);
    }),
    { numRuns: runs(300) },
  );
});

test('a member keeps what it has, and passes on what is new to it', () => {
  const input = group(
    { a: 1, b: 2, c: 1 },
    {
      m1: { topics: ['b', 'c'], has: { b: [0, 1] } },
      m2: { topics: ['a'] },
      m3: { topics: ['a', 'b', 'c'], has: { a: [0] } },
    },
  );
  expect(written(uniform(input))).toEqual({ m1: { b: [0, 1] }, m2: { a: [0] }, m3: { c: [0] } });
});

test('a new group deals the partitions of each topic out in turn', () => {
  const all = { topics: ['a', 'b'] };
  expect(written(uniform(group({ a: 4, b: 3 }, { m1: all, m2: all, m3: all })))).toEqual({
    m1: { a: [0, 3], b: [2] },
    m2: { a: [1], b: [0] },
    m3: { a: [2], b: [1] },
  });
});

test('a new member gets some of each topic, and nothing else moves', () => {
  const topics = ['a', 'b'];
  const input = group(
    { a: 6, b: 6 },
    {
      m1: { topics, has: { a: [0, 1, 2], b: [3, 4, 5] } },
      m2: { topics, has: { a: [3, 4, 5], b: [0, 1, 2] } },
      m3: { topics },
    },
  );
  expect(written(uniform(input))).toEqual({
    m1: { a: [0, 1], b: [3, 4] },
    m2: { a: [3, 4], b: [0, 1] },
    m3: { a: [2, 5], b: [2, 5] },
  });
});

test('members beyond the number of partitions, and those without a topic, have nothing', () => {
  const input = group({ a: 1 }, { m1: { topics: ['a'] }, m2: { topics: ['a'] }, m3: { topics: [] } });
  expect(written(uniform(input))).toEqual({ m1: { a: [0] }, m2: {}, m3: {} });
});

test('a group without members, and one without topics, are assigned nothing', () => {
  expect(written(uniform(group({ a: 3 }, {})))).toEqual({});
  expect(written(uniform(group({}, { m1: { topics: [] } })))).toEqual({ m1: {} });
});

test('what a member had of a topic that it has left, or that is gone, or of a partition that is gone does not count', () => {
  const topics = ['a'];
  const others = { m2: { topics: ['a', 'b'] }, m3: { topics } };
  const stale = group({ a: 3, b: 1 }, { m1: { topics, has: { a: [3], b: [0], gone: [0] } }, ...others });
  const fresh = group({ a: 3, b: 1 }, { m1: { topics }, ...others });
  expect(written(uniform(stale))).toEqual(written(uniform(fresh)));
});

test('of two that claim a partition the first by id has it', () => {
  const has = { a: [0, 1] };
  const input = group({ a: 2 }, { m2: { topics: ['a'], has: { a: [1] } }, m1: { topics: ['a'], has } });
  expect(written(uniform(input))).toEqual({ m1: { a: [0] }, m2: { a: [1] } });
  const other = group({ a: 1 }, { m2: { topics: ['a'], has: { a: [0] } }, m1: { topics: ['a'], has } });
  expect(written(uniform(other))).toEqual({ m1: { a: [0] }, m2: {} });
});

test('what only few can take goes first', () => {
  const input = group({ a: 2, b: 2 }, { m1: { topics: ['a', 'b'] }, m2: { topics: ['a'] } });
  expect(written(uniform(input))).toEqual({ m1: { b: [0, 1] }, m2: { a: [0, 1] } });
});

test('balance travels along a chain: one gives to the next, and that one to a third', () => {
  const input = group(
    { a: 3, b: 1 },
    {
      m1: { topics: ['a'], has: { a: [0, 1, 2] } },
      m2: { topics: ['a', 'b'], has: { b: [0] } },
      m3: { topics: ['b'] },
    },
  );
  expect(written(uniform(input))).toEqual({ m1: { a: [0, 1] }, m2: { a: [2] }, m3: { b: [0] } });
});

test('a thousand members share ten thousand partitions in well under a second, even when one had them all', () => {
  const topics = Object.fromEntries(Array.from({ length: 10 }, (_, topic) => [`topic-${topic}`, 1_000]));
  const topicIds = Object.keys(topics);
  const all = Object.fromEntries(
    topicIds.map((id) => [id, Array.from({ length: 1_000 }, (_, index) => index)]),
  );
  const fresh = Array.from(
    { length: 1_000 },
    (_, index) => [`member-${index}`, { topics: topicIds }] as const,
  );
  const members = { ...Object.fromEntries(fresh), 'member-500': { topics: topicIds, has: all } };
  const input = group(topics, members);
  expect(fastestMs(() => uniform(input))).toBeLessThan(1_000);
  expect(new Set(loadsOf(uniform(input)))).toEqual(new Set([10]));
});

test('a hundred members with different topics share a thousand partitions in well under 100 ms', () => {
  const topics = Object.fromEntries(Array.from({ length: 20 }, (_, topic) => [`topic-${topic}`, 50]));
  const some = (member: number) => Object.keys(topics).filter((_, topic) => (member * 7 + topic * 3) % 5 < 2);
  const members = Array.from(
    { length: 100 },
    (_, member) => [`member-${member}`, { topics: some(member) }] as const,
  );
  const input = group(topics, Object.fromEntries(members));
  expect(fastestMs(() => uniform(input))).toBeLessThan(100);
  const grown = reassigned(input, uniform(without(input, 'member-7')));
  expect(fastestMs(() => uniform(grown))).toBeLessThan(100);
});

/** Of three times: the others may have been busy with something else. */
function fastestMs(work: () => void): number {
  const times = [1, 2, 3].map(() => {
    const startMs = performance.now();
    work();
    return performance.now() - startMs;
  });
  return Math.min(...times);
}
