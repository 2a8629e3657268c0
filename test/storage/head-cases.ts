import { asEpoch, asOffset } from '../../lib/kafka/types.ts';
import type { Head, HeadTrim } from '../../lib/storage/head.ts';
import type { HeadSwap } from '../../lib/storage/metadata-store.ts';
import { append, bytes, type HeadCommand, hex } from './head-commands.ts';

export interface HeadCase {
  readonly name: string;
  readonly when: HeadCommand;
  /** What changes of the head, or `undefined` when the operation is refused and nothing changes. */
  readonly changes: Partial<Record<keyof Head, unknown>> | undefined;
}

const S1 = bytes('state 1');
const S2 = bytes('state 2');

/**
 * What each case begins with: epoch 2 under broker 5, entries [0,2) [2,5) [5,10), barrier 'g', one swap,
 * start 1, producers 7 (state 1) and 8 (state 2), one eviction (of producer 9, with entries [-,0) none).
 */
export const GIVEN: readonly HeadCommand[] = [
  append('x', { count: 4, producers: [{ producerId: '9', state: S1, seen: { absentAtEvictions: 0 } }] }),
  {
    trim: { from: asOffset(0), to: asOffset(4), remove: ['x'], evict: [{ producerId: '9', written: S1 }] },
  },
  append('a', { count: 2 }),
  append('b', { count: 3, producers: [{ producerId: '7', state: S1, seen: { absentAtEvictions: 1 } }] }),
  append('c', { count: 5, producers: [{ producerId: '8', state: S2, seen: { absentAtEvictions: 1 } }] }),
  { lead: { to: 4, seen: asEpoch(0) } },
  { lead: { to: 5, seen: asEpoch(1) } },
  { swap: { seen: 0, to: asOffset(3), segmentId: 'm', put: [], remove: [] } },
  { advance: asOffset(1) },
  { raiseBarrier: 'g' },
];

const EPOCH = asEpoch(2);
const ENTRY_A = { appendId: 'a', base: 4, entry: hex(bytes('entry a')) };
const ENTRY_B = { appendId: 'b', base: 6, entry: hex(bytes('entry b')) };
const ENTRY_C = { appendId: 'c', base: 9, entry: hex(bytes('entry c')) };
const PRODUCERS = { 7: hex(S1), 8: hex(S2) };

/** The head that {@link GIVEN} makes. */
export const GIVEN_HEAD = {
  leader: 5,
  epoch: 2,
  start: 1,
  compacted: 3,
  tail: 4,
  next: 14,
  entries: [ENTRY_A, ENTRY_B, ENTRY_C],
  producers: PRODUCERS,
  evictions: 1,
  swaps: 1,
  barrier: 'g',
  deleted: false,
};

const trim = (overrides: Partial<HeadTrim>): HeadCommand => ({
  trim: { from: asOffset(4), to: asOffset(9), remove: ['a', 'b'], evict: [], ...overrides },
});
const swap = (overrides: Partial<HeadSwap>): HeadCommand => ({
  swap: { seen: 1, to: asOffset(4), segmentId: 'm', put: [], remove: [], ...overrides },
});
const entry = (appendId: string, base: number) => ({
  appendId,
  base,
  entry: hex(bytes(`entry ${appendId}`)),
});

/** Each operation done, and each of its conditions violated alone. */
export const HEAD_CASES: readonly HeadCase[] = [
  {
    name: 'append takes the next offsets',
    when: append('d', { epoch: EPOCH, count: 6 }),
    changes: { next: 20, entries: [ENTRY_A, ENTRY_B, ENTRY_C, entry('d', 14)] },
  },
  {
    name: 'append sets the states of a producer in the head and of a new one',
    when: append('d', {
      epoch: EPOCH,
      producers: [
        { producerId: '7', state: S2, seen: S1 },
        { producerId: '9', state: S2, seen: { absentAtEvictions: 1 } },
      ],
    }),
    changes: {
      next: 15,
      entries: [ENTRY_A, ENTRY_B, ENTRY_C, entry('d', 14)],
      producers: { ...PRODUCERS, 7: hex(S2), 9: hex(S2) },
    },
  },
  {
    name: 'append under an epoch that has passed is refused (I2)',
    when: append('d', { epoch: asEpoch(1) }),
    changes: undefined,
  },
  {
    name: 'append under an epoch that has not come is refused (I2)',
    when: append('d', { epoch: asEpoch(3) }),
    changes: undefined,
  },
  {
    name: 'append with an id that the head holds is refused (I2)',
    when: append('b', { epoch: EPOCH }),
    changes: undefined,
  },
  {
    name: 'append with an id that has left the head is the log’s business, and done',
    when: append('x', { epoch: EPOCH }),
    changes: { next: 15, entries: [ENTRY_A, ENTRY_B, ENTRY_C, entry('x', 14)] },
  },
  {
    name: 'append of the object that is the barrier is refused (I5)',
    when: append('d', { epoch: EPOCH, objectId: 'g' }),
    changes: undefined,
  },
  {
    name: 'append of an object below the barrier is refused (I5)',
    when: append('d', { epoch: EPOCH, objectId: 'f' }),
    changes: undefined,
  },
  {
    name: 'append of a producer in another state is refused (I6)',
    when: append('d', { epoch: EPOCH, producers: [{ producerId: '7', state: S2, seen: S2 }] }),
    changes: undefined,
  },
  {
    name: 'append of a producer whose state only begins like the one seen is refused (I6)',
    when: append('d', {
      epoch: EPOCH,
      producers: [{ producerId: '7', state: S2, seen: S1.subarray(0, 3) }],
    }),
    changes: undefined,
  },
  {
    name: 'append of a producer that was seen but is not in the head is refused (I6)',
    when: append('d', { epoch: EPOCH, producers: [{ producerId: '9', state: S2, seen: S1 }] }),
    changes: undefined,
  },
  {
    name: 'append of a producer that is in the head and was not seen is refused (I6)',
    when: append('d', {
      epoch: EPOCH,
      producers: [{ producerId: '7', state: S2, seen: { absentAtEvictions: 1 } }],
    }),
    changes: undefined,
  },
  {
    name: 'append of an absent producer after another eviction is refused (I6)',
    when: append('d', {
      epoch: EPOCH,
      producers: [{ producerId: '9', state: S2, seen: { absentAtEvictions: 0 } }],
    }),
    changes: undefined,
  },
  {
    name: 'append is refused for one producer of several (I6)',
    when: append('d', {
      epoch: EPOCH,
      producers: [
        { producerId: '7', state: S2, seen: S1 },
        { producerId: '8', state: S2, seen: S1 },
      ],
    }),
    changes: undefined,
  },
  {
    name: 'trim takes the entries of a page',
    when: trim({}),
    changes: { tail: 9, entries: [ENTRY_C] },
  },
  {
    name: 'trim takes all entries, and passes over those that the head does not hold',
    when: trim({ to: asOffset(14), remove: ['a', 'gone', 'b', 'c'] }),
    changes: { tail: 14, entries: [] },
  },
  {
    name: 'trim takes producers along and counts the eviction once',
    when: trim({
      evict: [
        { producerId: '7', written: S1 },
        { producerId: '8', written: S2 },
      ],
    }),
    changes: { tail: 9, entries: [ENTRY_C], producers: {}, evictions: 2 },
  },
  {
    name: 'trim from below the tail is refused (I4)',
    when: trim({ from: asOffset(3) }),
    changes: undefined,
  },
  {
    name: 'trim from above the tail is refused (I4)',
    when: trim({ from: asOffset(6), remove: ['b'] }),
    changes: undefined,
  },
  {
    name: 'trim of a producer whose state has moved on is refused (I6)',
    when: trim({
      evict: [
        { producerId: '7', written: S1 },
        { producerId: '8', written: S1 },
      ],
    }),
    changes: undefined,
  },
  {
    name: 'trim of a producer that the head does not hold is refused (I6)',
    when: trim({ evict: [{ producerId: '9', written: S1 }] }),
    changes: undefined,
  },
  {
    name: 'lead names the leader and raises the epoch',
    when: { lead: { to: 6, seen: EPOCH } },
    changes: { leader: 6, epoch: 3 },
  },
  {
    name: 'lead by the leader itself raises the epoch',
    when: { lead: { to: 5, seen: EPOCH } },
    changes: { epoch: 3 },
  },
  {
    name: 'lead that saw an older epoch is refused (I2)',
    when: { lead: { to: 6, seen: asEpoch(1) } },
    changes: undefined,
  },
  {
    name: 'lead that saw a later epoch is refused (I2)',
    when: { lead: { to: 6, seen: asEpoch(3) } },
    changes: undefined,
  },
  { name: 'advance raises the start', when: { advance: asOffset(2) }, changes: { start: 2 } },
  { name: 'advance may pass compacted and tail', when: { advance: asOffset(9) }, changes: { start: 9 } },
  { name: 'advance may reach next', when: { advance: asOffset(14) }, changes: { start: 14 } },
  {
    name: 'advance to the present start is refused (I7)',
    when: { advance: asOffset(1) },
    changes: undefined,
  },
  { name: 'advance below the start is refused (I7)', when: { advance: asOffset(0) }, changes: undefined },
  { name: 'advance above next is refused (I7)', when: { advance: asOffset(15) }, changes: undefined },
  { name: 'raiseBarrier raises it', when: { raiseBarrier: 'h' }, changes: { barrier: 'h' } },
  { name: 'raiseBarrier to the same id is refused (I5)', when: { raiseBarrier: 'g' }, changes: undefined },
  { name: 'raiseBarrier to a lower id is refused (I5)', when: { raiseBarrier: 'f' }, changes: undefined },
  { name: 'kill marks the head', when: { kill: true }, changes: { deleted: true } },
  { name: 'swap raises compacted', when: swap({}), changes: { compacted: 4, swaps: 2 } },
  {
    name: 'swap may repeat the present compacted',
    when: swap({ to: asOffset(3) }),
    changes: { swaps: 2 },
  },
  { name: 'swap after another swap is refused (I4)', when: swap({ seen: 0 }), changes: undefined },
  { name: 'swap that saw a later swap is refused (I4)', when: swap({ seen: 2 }), changes: undefined },
  { name: 'swap above the tail is refused (I4)', when: swap({ to: asOffset(5) }), changes: undefined },
  {
    name: 'swap of a segment at the barrier is refused (I5)',
    when: swap({ segmentId: 'g' }),
    changes: undefined,
  },
];

/** One command of each kind that {@link GIVEN_HEAD} would do: refused where there is no head, or a dead one. */
export const ONE_OF_EACH: readonly HeadCommand[] = [
  append('d', { epoch: EPOCH }),
  trim({}),
  { lead: { to: 6, seen: EPOCH } },
  { advance: asOffset(2) },
  { raiseBarrier: 'h' },
  swap({}),
];
