import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asOffset } from '../../../lib/kafka/types.ts';
import { NotDoneError, RefusedError, UnknownOutcomeError } from '../../../lib/storage/errors.ts';
import type { WriteOp } from '../../../lib/storage/item.ts';
import type { MetadataStore } from '../../../lib/storage/metadata-store.ts';
import { openSqliteMetadataStore } from '../../../lib/storage/sqlite/sqlite-metadata-store.ts';
import { canLimitFileSize, withFileSizeLimit } from '../file-size-limit.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A frame of the write-ahead log: its header and one page. */
const FRAME_BYTES = 24 + 4096;

async function withStore(work: (store: MetadataStore, file: string) => Promise<void>): Promise<void> {
  using folder = temporaryFolder();
  const file = join(folder.path, 'metadata.sqlite');
  const store = await openSqliteMetadataStore(file);
  try {
    await work(store, file);
  } finally {
    await store.close();
  }
}

const put = (sk: string, condition: WriteOp['condition'] = 'none'): WriteOp => ({
  kind: 'put',
  key: { pk: 'P', sk },
  attributes: {},
  condition,
});

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `item ${index}`);

const kept = async (store: MetadataStore): Promise<string[]> =>
  (await store.query({ pk: 'P', limit: 1_000, direction: 'forward' })).map(({ key }) => key.sk);

test('writes that are made at once share a commit', async () => {
  await withStore(async (store, file) => {
    const before = statSync(`${file}-wal`).size;
    await Promise.all(names(20).map((name) => store.write([put(name)])));
    const frames = (statSync(`${file}-wal`).size - before) / FRAME_BYTES;
    expect(frames).toBeGreaterThan(0);
    expect(frames).toBeLessThan(20); // each commit of its own writes one frame at the least
    expect(await kept(store)).toEqual(names(20).sort());
  });
});

test('more of them than one commit takes are all done', async () => {
  await withStore(async (store) => {
    await Promise.all(names(150).map((name) => store.write([put(name)])));
    expect(await kept(store)).toEqual(names(150).sort());
  });
});

test('one that is refused is refused alone, and nothing of it is written', async () => {
  await withStore(async (store) => {
    await store.write([put('b')]);
    const outcomes = await Promise.allSettled([
      store.write([put('a')]),
      store.write([put('refused'), put('b', 'absent')]),
      store.write([put('c')]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: expect.any(RefusedError) });
    expect(await kept(store)).toEqual(['a', 'b', 'c']);
  });
});

test('they see each other in the order in which they were made', async () => {
  await withStore(async (store) => {
    const partition = { topicId: 'topic', partition: 0 };
    await store.createHeads([partition], 1);
    const outcomes = await Promise.allSettled([
      store.lead({ partition, to: 2, seen: 0 as never }),
      store.lead({ partition, to: 3, seen: 0 as never }),
      store.write([put('a', 'absent')]),
      store.write([put('a', 'absent')]),
      store.advance(partition, asOffset(0)),
    ]);
    expect(outcomes).toMatchObject([
      { value: { kind: 'done', head: { leader: 2, epoch: 1 } } },
      { value: { kind: 'refused', head: { leader: 2, epoch: 1 } } },
      { status: 'fulfilled' },
      { status: 'rejected' },
      { value: { kind: 'refused' } },
    ]);
  });
});

test('closing does what waits first', async () => {
  await withStore(async (store, file) => {
    const writing = store.write([put('a')]);
    await store.close();
    await writing;
    const again = await openSqliteMetadataStore(file);
    expect(await kept(again)).toEqual(['a']);
    await again.close();
  });
});

test.runIf(canLimitFileSize)('a commit that fails is unknown to all who share it', async () => {
  await withStore(async (store) => {
    const outcomes = await withFileSizeLimit(0, () =>
      Promise.allSettled(names(3).map((name) => store.write([put(name)]))),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(UnknownOutcomeError) });
    }
  });
});

test('a closed store does nothing more', async () => {
  await withStore(async (store) => {
    await store.close();
    await expect(store.write([put('a')])).rejects.toThrow(NotDoneError);
  });
});
