import fc from 'fast-check';
import { expect, test } from 'vitest';
import { range } from '../../../lib/group/assignors/range.ts';
import { runs } from '../../support/runs.ts';
import { expectComplete, group, groups, reordered, written } from './groups.ts';

const any = groups({ sameTopics: false });
const numRuns = runs(1_000);

test('partitions go in ranges to the members by id, and the first ranges are longer by one', () => {
  const topics = ['a'];
  expect(written(range(group({ a: 7 }, { m3: { topics }, m1: { topics }, m2: { topics } })))).toEqual({
    m1: { a: [0, 1, 2] },
    m2: { a: [3, 4] },
    m3: { a: [5, 6] },
  });
});

test('topics with the same subscribers and as many partitions are assigned alike', () => {
  const topics = ['orders', 'payments'];
  const members = { m1: { topics }, m2: { topics: ['other', ...topics] }, m3: { topics } };
  expect(written(range(group({ orders: 5, other: 2, payments: 5 }, members)))).toEqual({
    m1: { orders: [0, 1], payments: [0, 1] },
    m2: { orders: [2, 3], payments: [2, 3], other: [0, 1] },
    m3: { orders: [4], payments: [4] },
  });
});

test('static members come first, by instance id, so that one keeps its range under another member id', () => {
  const topics = ['a'];
  const members = {
    m1: { topics },
    m2: { topics, instanceId: 'i2' },
    m3: { topics, instanceId: 'i1' },
    m0: { topics },
  };
  expect(written(range(group({ a: 4 }, members)))).toEqual({
    m3: { a: [0] },
    m2: { a: [1] },
    m0: { a: [2] },
    m1: { a: [3] },
  });
  const { m3, ...others } = members;
  const restarted = written(range(group({ a: 4 }, { ...others, m9: m3 })));
  expect(restarted).toEqual({ m9: { a: [0] }, m2: { a: [1] }, m0: { a: [2] }, m1: { a: [3] } });
});

test('members beyond the number of partitions, and those without a topic, have nothing', () => {
  const input = group({ a: 1 }, { m1: { topics: ['a'] }, m2: { topics: ['a'] }, m3: { topics: [] } });
  expect(written(range(input))).toEqual({ m1: { a: [0] }, m2: {}, m3: {} });
});

test('what members have so far does not count', () => {
  const topics = ['a'];
  const input = group({ a: 2 }, { m1: { topics, has: { a: [1] } }, m2: { topics, has: { a: [0] } } });
  expect(written(range(input))).toEqual({ m1: { a: [0] }, m2: { a: [1] } });
});

test('every partition has one owner, which subscribes to its topic', () => {
  fc.assert(
    fc.property(any, (input) => expectComplete(input, range(input))),
    { numRuns },
  );
});

test('each range is unbroken, and behind those of the members before', () => {
  fc.assert(
    fc.property(any, (input) => {
      const assignment = range(input);
      for (const [topicId, count] of input.topics) {
        const inOrder = Array.from(assignment.keys())
          .sort()
          .flatMap((memberId) => Array.from(assignment.get(memberId)?.get(topicId) ?? []));
        if (inOrder.length > 0) expect(inOrder).toEqual(Array.from({ length: count }, (_, index) => index));
      }
    }),
    { numRuns },
  );
});

test('the order in which members and topics are listed does not count', () => {
  fc.assert(
    fc.property(any, fc.nat(), (input, seed) => {
      expect(written(range(reordered(input, seed)))).toEqual(written(range(input)));
    }),
    { numRuns },
  );
});
