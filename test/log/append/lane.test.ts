import { expect, test } from 'vitest';
import { type Departure, Lane } from '../../../lib/log/append/lane.ts';
import type { QueuedBatch } from '../../../lib/log/append/queued-batch.ts';

const PARTITION = { topicId: 'topic', partition: 0 };
const BATCH_BYTES = 10;

const ignore = (): void => undefined;

/** A lane holds and moves batches; what is in them is nobody's business here. */
function batch(producerId?: number): QueuedBatch {
  const facts = { count: 1, length: BATCH_BYTES, maxTimestamp: 0 };
  const fate = {
    bytes: new Uint8Array(BATCH_BYTES),
    attempts: 0,
    mayStand: false,
    settle: ignore,
    fail: ignore,
  };
  const producer =
    producerId === undefined ? {} : { producer: { producerId, producerEpoch: 0, baseSequence: 0 } };
  return { ...facts, ...fate, ...producer };
}

function laneOf(batches: readonly QueuedBatch[]): { lane: Lane; bytesBack: number[] } {
  const bytesBack: number[] = [];
  const lane = new Lane(PARTITION, (bytes) => bytesBack.push(bytes));
  lane.push(batches);
  return { lane, bytesBack };
}

function take(lane: Lane, count = 1): Departure {
  const departure = lane.take(count * BATCH_BYTES);
  if (departure === undefined) throw new Error('nothing may leave');
  return departure;
}

test('three departures may be in the air at once, and a fourth when the first is finished', () => {
  const { lane } = laneOf([batch(), batch(), batch(), batch()]);
  const first = take(lane);
  take(lane);
  take(lane);
  expect(lane.take(BATCH_BYTES)).toBeUndefined();
  first.finish([]);
  expect(lane.take(BATCH_BYTES)).toBeDefined();
});

test('the turn goes from one departure to the next as each is finished', () => {
  const { lane } = laneOf([batch(), batch()]);
  const [first, second] = [take(lane), take(lane)];
  expect([first.isNext(), second.isNext()]).toEqual([true, false]);
  first.finish([]);
  expect(second.isNext()).toBe(true);
});

test('one that is finished before its turn passes the turn on', () => {
  const { lane } = laneOf([batch(), batch(), batch()]);
  const [first, second, third] = [take(lane), take(lane), take(lane)];
  second.finish([]); // all of it failed for good
  expect(third.isNext()).toBe(false);
  first.finish([]);
  expect(third.isNext()).toBe(true);
});

test('what comes back stands in front, and whatever left behind it comes back behind it', () => {
  const batches = Array.from({ length: 6 }, () => batch());
  const { lane, bytesBack } = laneOf(batches);
  const [first, second, third] = [take(lane, 2), take(lane), take(lane)];
  first.finish(first.batches.slice(1));
  expect([second.isNext(), third.isNext()]).toEqual([false, false]);
  expect(lane.take(BATCH_BYTES)).toBeUndefined(); // nobody overtakes those who come back
  third.finish(third.batches);
  second.finish(second.batches);
  expect(bytesBack).toEqual([10, 10, 10]);
  expect(take(lane, 9).batches).toEqual(batches.slice(1));
});

test('nothing leaves behind one that comes back', () => {
  const { lane } = laneOf([batch(), batch(), batch()]);
  const [first, second] = [take(lane), take(lane)];
  first.finish(first.batches);
  expect(lane.take(BATCH_BYTES)).toBeUndefined();
  second.finish(second.batches);
  expect(take(lane, 9).batches.length).toBe(3);
});

test.each([
  ['behind plain ones', [batch(), batch(1)]],
  ['before plain ones', [batch(1), batch()]],
])('idempotent batches fly alone: %s', (_, batches) => {
  const { lane } = laneOf(batches);
  const first = take(lane);
  expect(lane.take(BATCH_BYTES)).toBeUndefined();
  first.finish([]);
  expect(take(lane).batches).toEqual(batches.slice(1));
});

test('a departure ahead ends before the first idempotent batch', () => {
  const batches = [batch(), batch(), batch(1), batch()];
  const { lane } = laneOf(batches);
  take(lane);
  expect(take(lane, 9).batches).toEqual(batches.slice(1, 2));
});

test('a lane is empty when nothing waits and nothing is in the air', () => {
  const { lane } = laneOf([batch()]);
  expect(lane.isEmpty).toBe(false);
  const departure = take(lane);
  expect(lane.isEmpty).toBe(false);
  departure.finish([]);
  expect(lane.isEmpty).toBe(true);
});

test('a departure is finished once', () => {
  const { lane } = laneOf([batch()]);
  const departure = take(lane);
  departure.finish(departure.batches);
  expect(() => departure.finish([])).toThrow('finished twice');
});
