import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asEpoch, asOffset } from '../../../lib/kafka/types.ts';
import type { Head } from '../../../lib/storage/head.ts';
import { newHead } from '../../../lib/storage/heads/new-head.ts';
import type { MetadataStore } from '../../../lib/storage/metadata-store.ts';
import { openSqliteMetadataStore } from '../../../lib/storage/sqlite/sqlite-metadata-store.ts';
import { applyPurely, applyToStore, bytes, type HeadCommand, plain } from '../head-commands.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/**
 * A step is a few small numbers; the command is made of them and of the head as it is, so that about half of
 * the commands hold their conditions, and each of the others violates one.
 */
type Step = readonly [operation: number, slip: number, amount: number];

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 11 }), fc.integer({ min: 1, max: 4 })),
  { minLength: 5, maxLength: 30 },
);

const PRODUCERS = ['1', '2', '3'];

function commandOf(head: Head, [operation, slip, amount]: Step, count: number): HeadCommand {
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

async function sameAnswers(
  store: MetadataStore,
  topicId: string,
  run: readonly Step[],
): Promise<Set<string>> {
  const partition = { topicId, partition: 0 };
  await store.createHeads([partition], 1);
  let head: Head = newHead(1);
  const met = new Set<string>();
  for (const [count, step] of run.entries()) {
    const command = commandOf(head, step, count);
    // A trim of a head without entries is a caller's bug, in every home.
    if ('trim' in command && head.entries.length === 0) continue;
    const expected = applyPurely(head, command);
    const outcome = await applyToStore(store, partition, command);
    expect(outcome.kind).toBe(expected.kind);
    expect(plain(outcome.head)).toEqual(plain(expected.head));
    if (expected.head) head = expected.head;
    met.add(`${Object.keys(command)[0]} ${outcome.kind}`);
  }
  expect(plain(await store.getHead(partition))).toEqual(plain(head));
  return met;
}

test('the store answers as the pure functions do, whatever the order of commands', async () => {
  using folder = temporaryFolder();
  const store = await openSqliteMetadataStore(join(folder.path, 'metadata.sqlite'));
  const met = new Set<string>();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (run) => {
      runs += 1;
      for (const each of await sameAnswers(store, `topic-${runs}`, run)) met.add(each);
    }),
    { numRuns: 60 },
  );
  // Every operation was seen done and refused, or the test would show less than it says.
  const operations = ['append', 'trim', 'lead', 'advance', 'raiseBarrier', 'swap'];
  const wanted = operations.flatMap((operation) => [`${operation} done`, `${operation} refused`]);
  expect([...met].sort()).toEqual(wanted.sort());
  await store.close();
});
