import { expect, test } from 'vitest';
import { addToSequence, decideBatch } from '../../../lib/log/append/decide-batch.ts';
import type { ProducerState } from '../../../lib/log/codec/producer-state.ts';

const LAST = 2 ** 31 - 1;

/** What the log knows of a producer: epoch 3, batches of 2, 1, 4, 1 and 3 records that end at sequence 20. */
const known: ProducerState = { producerEpoch: 3, lastSequence: 20, counts: [3, 1, 4, 1, 2] };

const batch = (baseSequence: number, count: number, producerEpoch = 3) => ({
  producerId: 7,
  producerEpoch,
  baseSequence,
  count,
});

function decide(state: ProducerState | undefined, sent: ReturnType<typeof batch>): string | ProducerState {
  const decision = decideBatch(state, sent);
  if (decision.kind === 'accepted') return decision.next;
  return decision.kind === 'duplicate' ? 'duplicate' : decision.error.error;
}

test.each([
  [
    'the next batch is accepted, and the oldest remembered one forgotten',
    known,
    batch(21, 2),
    { producerEpoch: 3, lastSequence: 22, counts: [2, 3, 1, 4, 1] },
  ],
  ['a gap is out of order', known, batch(22, 1), 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
  ['the last batch is a duplicate', known, batch(18, 3), 'duplicate'],
  ['the one before is a duplicate', known, batch(17, 1), 'duplicate'],
  ['the third last is a duplicate', known, batch(13, 4), 'duplicate'],
  ['the fourth last is a duplicate', known, batch(12, 1), 'duplicate'],
  ['the fifth last is a duplicate', known, batch(10, 2), 'duplicate'],
  ['the sixth last is out of order', known, batch(9, 1), 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
  [
    'a remembered batch with fewer records is out of order',
    known,
    batch(18, 2),
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
  ],
  [
    'a remembered batch with more records is out of order',
    known,
    batch(18, 4),
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
  ],
  ['two remembered batches as one are out of order', known, batch(17, 4), 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
  [
    'a new epoch begins at 0 and forgets the old one',
    known,
    batch(0, 2, 4),
    { producerEpoch: 4, lastSequence: 1, counts: [2] },
  ],
  [
    'a new epoch that begins elsewhere is out of order',
    known,
    batch(21, 1, 4),
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
  ],
  ['an old epoch is fenced', known, batch(21, 1, 2), 'INVALID_PRODUCER_EPOCH'],
  [
    'an old epoch is fenced also for what looks like a repeat',
    known,
    batch(18, 3, 2),
    'INVALID_PRODUCER_EPOCH',
  ],
  [
    'a producer that nothing is known of begins at 0',
    undefined,
    batch(0, 5),
    { producerEpoch: 3, lastSequence: 4, counts: [5] },
  ],
  [
    'or anywhere, for its records may have gone by retention',
    undefined,
    batch(99, 1),
    { producerEpoch: 3, lastSequence: 99, counts: [1] },
  ],
])('%s', (_, state, sent, expected) => {
  expect(decide(state, sent)).toEqual(expected);
});

test('only as many batches are remembered as there were', () => {
  const young: ProducerState = { producerEpoch: 3, lastSequence: 20, counts: [3] };
  expect(decide(young, batch(17, 1))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
  expect(decide(young, batch(21, 1))).toEqual({ producerEpoch: 3, lastSequence: 21, counts: [1, 3] });
});

/** Sequences begin again at 0 behind 2^31 - 1 (KIP-98), between two batches or within one. */
const atTheEnd: ProducerState = { producerEpoch: 3, lastSequence: LAST, counts: [2, 1] };
const acrossTheEnd: ProducerState = { producerEpoch: 3, lastSequence: 1, counts: [4, 2] };

test.each([
  ['0 follows 2^31 - 1', atTheEnd, batch(0, 2), { producerEpoch: 3, lastSequence: 1, counts: [2, 2, 1] }],
  ['2^31 does not', atTheEnd, batch(1, 1), 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
  ['the last batch before the wrap is a duplicate', atTheEnd, batch(LAST - 1, 2), 'duplicate'],
  [
    'a batch may wrap within',
    { ...atTheEnd, lastSequence: LAST - 2 },
    batch(LAST - 1, 4),
    { producerEpoch: 3, lastSequence: 1, counts: [4, 2, 1] },
  ],
  [
    'a batch may end exactly at 2^31 - 1',
    { ...atTheEnd, lastSequence: LAST - 2 },
    batch(LAST - 1, 2),
    { producerEpoch: 3, lastSequence: LAST, counts: [2, 2, 1] },
  ],
  ['one that wrapped within is a duplicate', acrossTheEnd, batch(LAST - 1, 4), 'duplicate'],
  ['the one before it is a duplicate', acrossTheEnd, batch(LAST - 3, 2), 'duplicate'],
  [
    'the one behind it is accepted',
    acrossTheEnd,
    batch(2, 1),
    { producerEpoch: 3, lastSequence: 2, counts: [1, 4, 2] },
  ],
  [
    'one cut otherwise at the wrap is out of order',
    acrossTheEnd,
    batch(0, 2),
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
  ],
  [
    'a producer may begin just before the wrap',
    undefined,
    batch(LAST, 3),
    { producerEpoch: 3, lastSequence: 1, counts: [3] },
  ],
])('wrap: %s', (_, state, sent, expected) => {
  expect(decide(state, sent)).toEqual(expected);
});

test.each([
  [0, 0, 0],
  [0, 5, 5],
  [LAST, 0, LAST],
  [LAST, 1, 0],
  [LAST - 1, 1, LAST],
  [LAST - 1, 3, 1],
  [5, LAST, 4],
])('%i and %i more is sequence %i', (sequence, records, expected) => {
  expect(addToSequence(sequence, records)).toBe(expected);
});
