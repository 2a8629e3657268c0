import { expect, test } from 'vitest';
import { checkHistory } from './check-history.ts';
import { type Advance, type History, NEVER, type Poll, type PollOutcome, type Write } from './history.ts';

/**
 * Two clients wrote `a b`, `c` and `d` one after the other, a reader read all of it in two polls, and `lost` got no
 * answer and is nowhere. Each test plants one anomaly into this.
 */
const write = (values: string[], base: number, begun: number, more: Partial<Write> = {}): Write => ({
  client: 'producer',
  partition: 0,
  values,
  timestamp: base,
  begun,
  ended: begun + 1,
  outcome: { kind: 'ok', base },
  ...more,
});

const record = (offset: number, value: string) => ({ offset, value, timestamp: offset === 1 ? 0 : offset });
const RECORDS = [record(0, 'a'), record(1, 'b'), record(2, 'c'), record(3, 'd')];

const poll = (offset: number, begun: number, outcome: PollOutcome): Poll => ({
  client: 'reader',
  partition: 0,
  offset,
  begun,
  ended: begun + 1,
  outcome,
});

const ok = (from: number, to: number, highWatermark: number): PollOutcome => ({
  kind: 'ok',
  records: RECORDS.slice(from, to),
  highWatermark,
});

const sound: History = {
  writes: [
    write(['a', 'b'], 0, 1),
    write(['c'], 2, 3, { producer: { id: 7, epoch: 0, sequence: 0 } }),
    write(['d'], 3, 5, { producer: { id: 7, epoch: 0, sequence: 1 } }),
    write(['lost'], 0, 7, { ended: NEVER, outcome: { kind: 'unknown' } }),
  ],
  polls: [poll(0, 9, ok(0, 2, 4)), poll(2, 11, ok(2, 4, 4)), poll(4, 13, ok(4, 4, 4))],
  lookUps: [{ client: 'reader', partition: 0, timestamp: 1, begun: 15, found: { offset: 2, timestamp: 2 } }],
  advances: [],
  logs: [{ partition: 0, start: 0, next: 4, records: RECORDS }],
};

const MILD = { isMild: true };
const ROUGH = { isMild: false };

test('a sound history has no anomaly', () => {
  expect(checkHistory(sound, ROUGH)).toEqual([]);
});

const withLog = (records: typeof RECORDS): Partial<History> => ({
  logs: [{ partition: 0, start: 0, next: records.length, records }],
});
const withPoll = (planted: Poll): Partial<History> => ({ polls: [...sound.polls, planted] });
const withWrite = (planted: Write): Partial<History> => ({ writes: [...sound.writes, planted] });
const advance = (to: number, begun: number, ended: number): Advance => ({ partition: 0, to, begun, ended });
const refused = (error: string, message = error): PollOutcome => ({ kind: 'failed', error, message });

test.each<[string, RegExp, Partial<History>]>([
  ['an acknowledged record that stands nowhere', /^lost write: e,/, withWrite(write(['e'], 4, 7))],
  [
    'an acknowledged record, without an offset, that stands nowhere',
    /^lost write: e,/,
    withWrite(write(['e'], 4, 7, { outcome: { kind: 'ok', base: undefined } })),
  ],
  [
    'a record that stands there twice',
    /^duplicate: a stands at offsets 0 and 4/,
    withLog([...RECORDS, record(4, 'a')]),
  ],
  [
    'a refused record that stands in the log',
    /^aborted read: e stands at offset 4 .*; producer heard KAFKA_STORAGE_ERROR/,
    {
      ...withLog([...RECORDS, record(4, 'e')]),
      ...withWrite(write(['e'], 4, 7, { outcome: { kind: 'failed', error: 'KAFKA_STORAGE_ERROR' } })),
    },
  ],
  ['a record that nobody sent', /^phantom: z stands at offset 4/, withLog([...RECORDS, record(4, 'z')])],
  [
    'an offset that was acknowledged for another record',
    /^inconsistent offset: offset 3 .* is d by the log at the end, and a by producer/,
    { writes: [write(['b', 'a'], 2, 1), ...sound.writes.slice(1)] },
  ],
  [
    'an offset at which a reader saw another record',
    /^inconsistent offset: offset 3 .* is d by the log at the end, and c by reader/,
    withPoll(poll(3, 15, { kind: 'ok', records: [record(3, 'c')], highWatermark: 4 })),
  ],
  [
    'a record that stands before one that was acknowledged before it was sent',
    /^nonmonotonic send: d of producer stands at 3, behind c .* at 2, though acknowledged before/,
    { writes: [write(['d'], 3, 1), write(['c'], 2, 3), ...sound.writes.slice(3), write(['a', 'b'], 0, 0)] },
  ],
  [
    "a producer's batches that have changed places, though nobody waited for the first",
    /^nonmonotonic send: d of producer stands at 3, behind c .* though sent before/,
    {
      writes: [
        write(['a', 'b'], 0, 1),
        write(['d'], 3, 3, { ended: 9, producer: { id: 7, epoch: 0, sequence: 0 } }),
        write(['c'], 2, 4, { ended: 8, producer: { id: 7, epoch: 0, sequence: 1 } }),
      ],
    },
  ],
  ['a reader that was given nothing', /^poll skip: .* given nothing/, withPoll(poll(2, 15, ok(0, 0, 4)))],
  ['a reader that was given later offsets', /^poll skip: .* was given 3/, withPoll(poll(2, 15, ok(3, 4, 4)))],
  ['a reader that was taken back', /^nonmonotonic poll: .* was given 1/, withPoll(poll(2, 15, ok(1, 4, 4)))],
  [
    'an answer with a hole',
    /^int poll skip: .* was given 3 after 1/,
    withPoll(poll(1, 15, { kind: 'ok', records: [record(1, 'b'), record(3, 'd')], highWatermark: 4 })),
  ],
  [
    'an answer whose offsets descend',
    /^int nonmonotonic poll: .* was given 1 after 2/,
    withPoll(poll(2, 15, { kind: 'ok', records: [record(2, 'c'), record(1, 'b')], highWatermark: 4 })),
  ],
  [
    'a log that ends before what was acknowledged',
    /^stale high watermark: reader saw partition 0 end at 2, though it reached 4 before/,
    withPoll(poll(0, 15, ok(0, 2, 2))),
  ],
  [
    'a log that, at the very end, is shorter than it was',
    /^stale high watermark: partition 0 ends at 3, though it reached 4/,
    { logs: [{ partition: 0, start: 0, next: 3, records: RECORDS }] },
  ],
  [
    'records beyond the end',
    /^wrong range: .* was given 3, though the log ends at 3/,
    withPoll(poll(3, 1, ok(3, 4, 3))),
  ],
  [
    'an answer from below the log start offset',
    /^wrong range: reader read 0 .* below/,
    { ...withPoll(poll(0, 19, ok(0, 4, 4))), advances: [advance(2, 15, 17)] },
  ],
  [
    'a refusal of an offset that nobody took',
    /^wrong range: reader was refused 1/,
    { ...withPoll(poll(1, 19, refused('OFFSET_OUT_OF_RANGE'))), advances: [advance(1, 15, 17)] },
  ],
  [
    'a later record at a time than the first one',
    /^wrong time: reader looked up 1 .* given 3 at 3, but 2 stands at 2/,
    {
      lookUps: [
        { client: 'reader', partition: 0, timestamp: 1, begun: 15, found: { offset: 3, timestamp: 3 } },
      ],
    },
  ],
  [
    'no record at a time, though one was acknowledged',
    /^wrong time: .* given nothing, but 3 stands at 3/,
    { lookUps: [{ client: 'reader', partition: 0, timestamp: 3, begun: 15, found: undefined }] },
  ],
  [
    'a record at a time at which another one stands',
    /^wrong time: .* given 9 at 2, where 2 stands/,
    {
      lookUps: [
        { client: 'reader', partition: 0, timestamp: 1, begun: 15, found: { offset: 2, timestamp: 9 } },
      ],
    },
  ],
  [
    'damage that a reader heard of',
    /^unexpected error: .*damaged/,
    withPoll(poll(0, 15, refused('KAFKA_STORAGE_ERROR', 'The log is damaged: a hole'))),
  ],
  [
    'an error of a producer that no fault explains',
    /^unexpected error: producer heard UNKNOWN_SERVER_ERROR of e/,
    withWrite(write(['e'], 4, 7, { outcome: { kind: 'failed', error: 'UNKNOWN_SERVER_ERROR' } })),
  ],
])('%s is told', (_, expected, planted) => {
  expect(checkHistory({ ...sound, ...planted }, ROUGH)).toContainEqual(expect.stringMatching(expected));
});

test('what two readers saw beyond the log is compared too', () => {
  const seen = (client: string, value: string): Poll => ({
    ...poll(4, 15, { kind: 'ok', records: [record(4, value)], highWatermark: 5 }),
    client,
  });
  const history = { ...sound, polls: [...sound.polls, seen('one', 'a'), seen('other', 'b')] };
  expect(checkHistory(history, ROUGH)).toContainEqual(
    expect.stringMatching(/^inconsistent offset: offset 4 .* is a by one, and b by other/),
  );
});

test('in mild weather a producer may not even hear that nobody knows', () => {
  expect(checkHistory(sound, MILD)).toEqual(['unexpected error: producer heard nothing of lost']);
  const failed = write(['e'], 4, 7, { outcome: { kind: 'failed', error: 'KAFKA_STORAGE_ERROR' } });
  expect(checkHistory({ ...sound, ...withWrite(failed) }, MILD)).toHaveLength(2);
});

test('what retention took may be refused, and what was read before may be gone', () => {
  const history = {
    ...sound,
    polls: [...sound.polls, poll(1, 19, refused('OFFSET_OUT_OF_RANGE')), poll(2, 21, ok(2, 4, 4))],
    advances: [advance(2, 15, 17)],
    logs: [{ partition: 0, start: 2, next: 4, records: RECORDS }],
  };
  expect(checkHistory(history, ROUGH)).toEqual([]);
});
