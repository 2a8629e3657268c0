import { describe, expect, test } from 'vitest';
import type { AssignedPartition } from '../../../lib/cli/consume/assigned-partition.ts';
import {
  answered,
  isOutside,
  type Membership,
  outside,
  released,
} from '../../../lib/cli/consume/membership.ts';

const partition = (number: number, topic = 'orders'): AssignedPartition => ({
  topicId: `id-${topic}`,
  topic,
  partition: number,
});

const answer = (memberEpoch: number, assignment: readonly AssignedPartition[] | null) => ({
  memberEpoch,
  heartbeatIntervalMs: 5_000,
  assignment,
});

const owned = ({ owned: all }: Membership): AssignedPartition[] => Array.from(all.values());

/** A member at epoch 3 that owns two partitions. */
const settled = answered(outside, answer(3, [partition(0), partition(1)])).next;

describe('a member', () => {
  test('owns and starts what its join was answered with', () => {
    const { next, toStart, toStop } = answered(outside, answer(3, [partition(0), partition(1)]));
    expect(isOutside(outside)).toBe(true);
    expect(isOutside(next)).toBe(false);
    expect(toStart).toEqual([partition(0), partition(1)]);
    expect(toStop).toEqual([]);
    expect(owned(next)).toEqual(toStart);
  });

  test('keeps what it has when the answer is that there is nothing new, whatever the epoch', () => {
    expect(answered(settled, answer(4, null))).toEqual({
      next: { ...settled, epoch: 4 },
      toStart: [],
      toStop: [],
    });
  });

  test('owns what it shall let go of until that is released, and stops it once', () => {
    const asked = answered(settled, answer(3, [partition(0)]));
    expect(asked.toStop).toEqual([partition(1)]);
    expect(owned(asked.next)).toEqual([partition(0), partition(1)]);
    const again = answered(asked.next, answer(3, [partition(0)]));
    expect(again).toEqual({ next: asked.next, toStart: [], toStop: [] });
    const next = released(again.next, asked.toStop);
    expect(owned(next)).toEqual([partition(0)]);
    expect(next.revoking.size).toBe(0);
  });

  test('starts anew what it gets back, but only after it was let go of', () => {
    const asked = answered(settled, answer(3, [partition(0)]));
    const early = answered(asked.next, answer(4, [partition(0), partition(1)]));
    expect(early.toStart).toEqual([]);
    const late = answered(released(early.next, asked.toStop), answer(4, [partition(0), partition(1)]));
    expect(late.toStart).toEqual([partition(1)]);
  });

  test('takes a topic that was deleted and made again for another one', () => {
    const reborn = { ...partition(0), topicId: 'id-reborn' };
    const { toStart, toStop } = answered(settled, answer(4, [reborn, partition(1)]));
    expect(toStart).toEqual([reborn]);
    expect(toStop).toEqual([partition(0)]);
  });
});
