import { decodeTime, ulid } from 'ulid';
import { expect, test } from 'vitest';
import { ObjectIds } from '../../lib/log/object-ids.ts';
import type { Runtime } from '../../lib/log/runtime.ts';
import { ManualRuntime } from './test-runtime.ts';

test('ids ascend, also within a millisecond, and when the clock goes back', () => {
  const runtime = new ManualRuntime();
  const objectIds = new ObjectIds(runtime);
  const ids: string[] = [];
  for (const ms of [0, 0, 0, 5, -1_000, 0, 2_000]) {
    runtime.advance(ms);
    ids.push(objectIds.next());
  }
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(decodeTime(ids[0] ?? '')).toBe(Date.UTC(2026, 0, 1));
});

test('an id stands above every barrier that was seen, however slow the own clock is', () => {
  const runtime = new ManualRuntime();
  const objectIds = new ObjectIds(runtime);
  objectIds.sawBarrier('');
  const barriers = [1, 90_000, -5, 3_600_000].map((ms) => ulid(runtime.nowMs() + ms));
  for (const barrier of barriers) {
    objectIds.sawBarrier(barrier);
    expect(objectIds.next() > barrier).toBe(true);
  }
  expect(barriers.every((barrier) => objectIds.next() > barrier)).toBe(true);
});

test('two processes whose clocks and whose chance are alike still draw different ids', () => {
  const draw = (randomBytes: (length: number) => Uint8Array) => {
    const runtime = new ManualRuntime(1);
    return new ObjectIds({ ...bind(runtime), randomBytes }).next();
  };
  expect(draw((length) => new Uint8Array(length).fill(50))).not.toBe(
    draw((length) => new Uint8Array(length).fill(100)),
  );
});

function bind(runtime: ManualRuntime): Runtime {
  return {
    nowMs: () => runtime.nowMs(),
    monotonicMs: () => runtime.monotonicMs(),
    random: () => runtime.random(),
    randomBytes: (length) => runtime.randomBytes(length),
    sleep: (ms, signal) => runtime.sleep(ms, signal),
    nextTurn: () => runtime.nextTurn(),
  };
}
