import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Head } from '../../../lib/storage/head.ts';
import { newHead } from '../../../lib/storage/heads/new-head.ts';
import type { MetadataStore } from '../../../lib/storage/metadata-store.ts';
import { openSqliteMetadataStore } from '../../../lib/storage/sqlite/sqlite-metadata-store.ts';
import { applyPurely, applyToStore, plain } from '../head-commands.ts';
import { commandOf, type Step, step } from '../random-head-commands.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const steps = fc.array(step, { minLength: 5, maxLength: 30 });

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
