import fc from 'fast-check';
import { asEpoch, asOffset } from '../../lib/kafka/types.ts';
import type { Head } from '../../lib/storage/head.ts';
import { bytes, type HeadCommand } from './head-commands.ts';

/**
 * A step is a few small numbers; the command is made of them and of the head as it is, so that about half of
 * the commands hold their conditions, and each of the others violates one.
 */
export type Step = readonly [operation: number, slip: number, amount: number];

export const step: fc.Arbitrary<Step> = fc.tuple(
  fc.nat({ max: 6 }),
  fc.nat({ max: 11 }),
  fc.integer({ min: 1, max: 4 }),
);

const PRODUCERS = ['1', '2', '3'];

/** `count` numbers the steps, so that ids are fresh and grow. */
export function commandOf(head: Head, [operation, slip, amount]: Step, count: number): HeadCommand {
  const off = (violated: boolean) => (violated ? 1 : 0);
  switch (operation) {
    case 0:
    case 1:
      return appendOf(head, slip, amount, count);
    case 2: {
      const page = head.entries.slice(0, amount);
      const to = head.entries[amount]?.base ?? head.next;
      const evicted = [...head.producers].slice(0, slip % 3);
      return {
        trim: {
          from: asOffset(head.tail + off(slip === 10)),
          to: asOffset(Math.max(to, head.tail + 1 + off(slip === 10))),
          remove: page.map((entry) => entry.appendId),
          evict: evicted.map(([producerId, state]) => ({
            producerId,
            written: slip === 11 ? bytes('other') : state,
          })),
        },
      };
    }
    case 3:
      return { lead: { to: amount, seen: asEpoch(head.epoch + off(slip > 7)) } };
    case 4:
      return { advance: asOffset(head.start + (slip > 9 ? 0 : amount)) };
    case 5:
      return { raiseBarrier: slip > 9 ? head.barrier : idOf(count - amount) };
    default:
      return {
        swap: {
          seen: head.swaps + off(slip === 10),
          to: asOffset(slip === 11 ? head.tail + amount : Math.min(head.tail, head.compacted + amount)),
          segmentId: idOf(slip === 9 ? 0 : count),
          put: [],
          remove: [],
        },
      };
  }
}

function appendOf(head: Head, slip: number, amount: number, count: number): HeadCommand {
  const producerId = PRODUCERS[amount % 3] ?? '1';
  const known = head.producers.get(producerId);
  const seen = known ?? { absentAtEvictions: head.evictions };
  const wrong = known === undefined ? bytes('never') : { absentAtEvictions: head.evictions };
  return {
    append: {
      appendId: (slip === 8 && head.entries[0]?.appendId) || `append ${count}`,
      epoch: asEpoch(head.epoch + (slip === 9 ? 1 : 0)),
      count: amount,
      entry: bytes(`entry ${count}`),
      objectId: slip === 10 ? head.barrier : idOf(count),
      producers:
        slip < 4 ? [] : [{ producerId, state: bytes(`state ${count}`), seen: slip === 11 ? wrong : seen }],
    },
  };
}

/** Grows with the steps, as ULIDs do with time. */
function idOf(count: number): string {
  return String(Math.max(0, count) + 10).padStart(26, '0');
}
