import { expect, test } from 'vitest';
import {
  type BatchFacts,
  isSame,
  type KnownProducer,
  planAppend,
} from '../../../lib/log/append/plan-append.ts';
import { decodeProducerState, encodeProducerState } from '../../../lib/log/codec/producer-state.ts';

interface Named extends BatchFacts {
  readonly name: string;
}

const plain = (name: string, count = 1): Named => ({ name, count, length: 100, maxTimestamp: -1 });

/** Producer 7 by default, in epoch 0. */
const sequenced = (
  name: string,
  baseSequence: number,
  count = 1,
  producerId = 7,
  producerEpoch = 0,
): Named => ({
  ...plain(name, count),
  producer: { producerId, producerEpoch, baseSequence },
});

/** Nothing is known of producer 8; producer 7 sent a single record, of sequence 0. */
const seven = encodeProducerState({ producerEpoch: 0, lastSequence: 0, counts: [1] });
const known = new Map<number, KnownProducer>([
  [7, { state: decodeProducerState(seven), seen: seven }],
  [8, { state: undefined, seen: { absentAtEvictions: 3 } }],
]);

function plan(...batches: readonly Named[]) {
  const { accepted, duplicates, repeats, refused, deferred } = planAppend(batches, known);
  return {
    accepted: accepted.map(({ batch, offsetDelta }) => `${batch.name}@${offsetDelta}`),
    duplicates: duplicates.map(({ name }) => name),
    repeats: repeats.map(({ batch, offsetDelta }) => `${batch.name}@${offsetDelta}`),
    refused: refused.map(({ batch, error }) => `${batch.name}: ${error.error}`),
    deferred: deferred.map(({ name }) => name),
  };
}

const nothing = { accepted: [], duplicates: [], repeats: [], refused: [], deferred: [] };
const GAP = 'OUT_OF_ORDER_SEQUENCE_NUMBER';

test.each([
  ['nothing', [], {}],
  [
    'plain batches stand one behind the other',
    [plain('a', 3), plain('b', 2), plain('c')],
    { accepted: ['a@0', 'b@3', 'c@5'] },
  ],
  [
    'plain and idempotent ones stand in their order',
    [plain('a', 2), sequenced('b', 1, 3), plain('c')],
    { accepted: ['a@0', 'b@2', 'c@5'] },
  ],
  [
    'a producer may send several at once',
    [sequenced('a', 1, 2), sequenced('b', 3)],
    { accepted: ['a@0', 'b@2'] },
  ],
  [
    'a repeat of what the log holds takes no place',
    [plain('a'), sequenced('b', 0), plain('c')],
    { accepted: ['a@0', 'c@1'], duplicates: ['b'] },
  ],
  [
    'a repeat within the plan gets the place of the first',
    [plain('a', 2), sequenced('b', 1, 3), sequenced('b again', 1, 3), plain('c')],
    { accepted: ['a@0', 'b@2', 'c@5'], repeats: ['b again@2'] },
  ],
  [
    'what is refused takes no place, and the rest goes on',
    [plain('a', 2), sequenced('b', 5), sequenced('c', 1), plain('d')],
    { accepted: ['a@0', 'c@2', 'd@3'], refused: [`b: ${GAP}`] },
  ],
  [
    'behind a gap everything is refused until the gap is filled',
    [sequenced('a', 2), sequenced('b', 1), sequenced('c', 2)],
    { accepted: ['b@0', 'c@1'], refused: [`a: ${GAP}`] },
  ],
  [
    'a new epoch fences what comes behind it in the same plan',
    [sequenced('a', 0, 1, 7, 1), sequenced('b', 1)],
    { accepted: ['a@0'], refused: ['b: INVALID_PRODUCER_EPOCH'] },
  ],
  [
    'producers do not hinder each other',
    [sequenced('a', 5), sequenced('b', 0, 2, 8), sequenced('c', 1)],
    { accepted: ['b@0', 'c@2'], refused: [`a: ${GAP}`] },
  ],
  [
    'a producer that nothing is known of may repeat itself within the plan',
    [sequenced('a', 4, 1, 8), sequenced('a again', 4, 1, 8)],
    { accepted: ['a@0'], repeats: ['a again@0'] },
  ],
])('%s', (_, batches, expected) => {
  expect(plan(...batches)).toEqual({ ...nothing, ...expected });
});

test('a plan sums up what its entry says', () => {
  const batches = [
    { ...plain('a', 2), maxTimestamp: 50 },
    { ...sequenced('b', 1, 3), length: 60, maxTimestamp: 70 },
    { ...sequenced('refused', 9), maxTimestamp: 900 },
    { ...sequenced('c', 0, 1, 8), maxTimestamp: 60 },
  ];
  const { count, length, maxTimestamp, producerBatches } = planAppend(batches, known);
  expect({ count, length, maxTimestamp }).toEqual({ count: 6, length: 260, maxTimestamp: 70 });
  expect(producerBatches).toEqual([
    { producerId: 7, producerEpoch: 0, baseSequence: 1, count: 3, offsetDelta: 2 },
    { producerId: 8, producerEpoch: 0, baseSequence: 0, count: 1, offsetDelta: 5 },
  ]);
});

test('each producer is updated once, from what was seen to what its last batch makes of it', () => {
  const { producers } = planAppend([sequenced('a', 1), sequenced('b', 0, 2, 8), sequenced('c', 2)], known);
  expect(producers.map(({ state, ...rest }) => ({ ...rest, state: decodeProducerState(state) }))).toEqual([
    { producerId: '7', seen: seven, state: { producerEpoch: 0, lastSequence: 2, counts: [1, 1, 1] } },
    {
      producerId: '8',
      seen: { absentAtEvictions: 3 },
      state: { producerEpoch: 0, lastSequence: 1, counts: [2] },
    },
  ]);
});

test('a producer of which nothing is accepted is not updated', () => {
  expect(planAppend([sequenced('a', 0), sequenced('b', 9), plain('c')], known).producers).toEqual([]);
});

test('timestamps are -1 when no record has one', () => {
  expect(planAppend([plain('a')], known).maxTimestamp).toBe(-1);
});

test('an entry takes 64 idempotent batches; what stands behind waits for the next, in its order', () => {
  const first = Array.from({ length: 64 }, (_, index) => sequenced(`s${index}`, 1 + index));
  const behind = [sequenced('s64', 65), plain('p'), sequenced('repeat', 64), sequenced('s65', 66)];
  const planned = plan(plain('begin'), ...first, ...behind);
  expect(planned.accepted).toHaveLength(65);
  expect(planned.deferred).toEqual(['s64', 'p', 'repeat', 's65']);
});

test('an append brings four new producers into the head; those that are there already are not counted', () => {
  const ids = [21, 22, 23, 24, 25];
  const many = new Map(known);
  for (const id of ids) many.set(id, { state: undefined, seen: { absentAtEvictions: 3 } });
  const batches = [
    ...ids.slice(0, 4).flatMap((id) => [sequenced(`${id}`, 0, 1, id), sequenced(`${id} again`, 0, 1, id)]),
    sequenced('21 more', 1, 1, 21),
    sequenced('7', 1),
    sequenced('25', 0, 1, 25),
    plain('p'),
    sequenced('7 more', 2),
  ];
  const { accepted, deferred } = planAppend(batches, many);
  expect(accepted.map(({ batch }) => batch.name)).toEqual(['21', '22', '23', '24', '21 more', '7']);
  expect(deferred.map(({ name }) => name)).toEqual(['25', 'p', '7 more']);
});

test('plain batches are not counted: behind 64 idempotent ones they still go along', () => {
  const first = Array.from({ length: 64 }, (_, index) => sequenced(`s${index}`, 1 + index));
  expect(plan(...first, plain('p'), plain('q')).deferred).toEqual([]);
});

test('what was not looked up is a bug of the caller', () => {
  expect(() => planAppend([sequenced('a', 0, 1, 9)], known)).toThrow('producer 9');
});

test.each([
  [{}, true],
  [{ producerId: 2 }, false],
  [{ producerEpoch: 2 }, false],
  [{ baseSequence: 2 }, false],
  [{ count: 2 }, false],
])('batches are the same when all of their description is: %o', (changes, expected) => {
  const batch = { producerId: 1, producerEpoch: 1, baseSequence: 1, count: 1 };
  expect(isSame(batch, { ...batch, ...changes })).toBe(expected);
});
