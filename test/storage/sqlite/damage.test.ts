import { closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { asEpoch } from '../../../lib/kafka/types.ts';
import { NotDoneError, UnknownOutcomeError } from '../../../lib/storage/errors.ts';
import type { MetadataStore } from '../../../lib/storage/metadata-store.ts';
import { openSqliteMetadataStore } from '../../../lib/storage/sqlite/sqlite-metadata-store.ts';
import { canLimitFileSize, withFileSizeLimit } from '../file-size-limit.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const PARTITION = { topicId: 'topic', partition: 0 };
const KEYS = Array.from({ length: 200 }, (_, i) => ({ pk: 'P', sk: `k${i}` }));

async function filled(file: string): Promise<void> {
  const store = await openSqliteMetadataStore(file);
  await store.createHeads([PARTITION], 1);
  for (const key of KEYS) {
    const data = Buffer.alloc(3000, key.sk);
    await store.write([{ kind: 'put', key, attributes: { of: key.sk }, data, condition: 'none' }]);
  }
  await store.close();
}

/** Nothing wrong comes back: each item is whole, or the error says which file is damaged. */
async function readAll(store: MetadataStore): Promise<{ whole: number; damaged: number }> {
  const count = { whole: 0, damaged: 0 };
  for (const key of KEYS) {
    try {
      const item = await store.get(key);
      expect(item?.attributes).toEqual({ of: key.sk });
      expect(item?.data && Buffer.compare(item.data, Buffer.alloc(3000, key.sk))).toBe(0);
      count.whole += 1;
    } catch (error) {
      expect(error).toBeInstanceOf(NotDoneError);
      expect(error).toMatchObject({ retriable: false, message: expect.stringContaining('is damaged') });
      count.damaged += 1;
    }
  }
  return count;
}

describe('a metadata file', () => {
  test('that is cut in half is damaged, and says so when it is opened', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'metadata.sqlite');
    await filled(file);
    truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096);
    const opening = openSqliteMetadataStore(file);
    await expect(opening).rejects.toThrow(NotDoneError);
    await expect(opening).rejects.toThrow(`${file} is damaged: stop the broker and restore the file`);
  });

  test('that is cut while it is open gives errors, and never a wrong item', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'metadata.sqlite');
    await filled(file);
    const store = await openSqliteMetadataStore(file);
    truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096);
    expect((await readAll(store)).damaged).toBeGreaterThan(0);
    await store.close().catch(() => undefined);
  });

  test('that was overwritten within gives errors for what is hit, and the rest as it was', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'metadata.sqlite');
    await filled(file);
    const content = readFileSync(file);
    const at = content.indexOf(Buffer.alloc(2000, 'k150'));
    const opened = openSync(file, 'r+');
    writeSync(opened, 'damage', at + 100);
    closeSync(opened);
    const store = await openSqliteMetadataStore(file);
    expect(await readAll(store)).toEqual({ whole: KEYS.length - 1, damaged: 1 });
    await store.write([{ kind: 'put', key: { pk: 'P', sk: 'new' }, attributes: {}, condition: 'absent' }]);
    await store.close();
  });

  test('whose beginning was overwritten is no database', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'metadata.sqlite');
    writeFileSync(file, Buffer.alloc(100_000, 'this is a letter to my aunt. '));
    await expect(openSqliteMetadataStore(file)).rejects.toThrow(`${file} is no SQLite database`);
  });

  test('of another program is left as it is', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'metadata.sqlite');
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE item (a TEXT)');
    other.close();
    const before = readFileSync(file);
    await expect(openSqliteMetadataStore(file)).rejects.toThrow(`${file} belongs to another program`);
    expect(readFileSync(file)).toEqual(before);
  });

  test('of a later version is left as it is', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'metadata.sqlite');
    await filled(file);
    const later = new DatabaseSync(file);
    later.exec('PRAGMA user_version = 2');
    later.close();
    await expect(openSqliteMetadataStore(file)).rejects.toThrow(
      'has format 2, this version of Rivulet reads format 1',
    );
  });

  test('in a folder that is not there, or that is a folder itself, cannot be opened', async () => {
    using folder = temporaryFolder();
    for (const file of [join(folder.path, 'none', 'metadata.sqlite'), folder.path]) {
      await expect(openSqliteMetadataStore(file)).rejects.toThrow(`${file} cannot be opened`);
    }
  });

  test.runIf(canLimitFileSize)(
    'that cannot grow loses nothing that was done, and goes on when it can',
    async () => {
      using folder = temporaryFolder();
      const file = join(folder.path, 'metadata.sqlite');
      const store = await openSqliteMetadataStore(file);
      await store.createHeads([PARTITION], 1);
      const append = (i: number) => ({
        partition: PARTITION,
        appendId: `a${i}`,
        epoch: asEpoch(0),
        count: 1,
        entry: Buffer.from(`e${i}`),
        objectId: 'm',
        producers: [],
      });
      const done: string[] = [];
      await withFileSizeLimit(300_000, async () => {
        for (let i = 0; i < 100; i++) {
          const intake = { objectId: `m${i}`, data: Buffer.alloc(5000, 'x') };
          const [outcome] = await store.append({ intake, appends: [append(i)] });
          if (outcome?.kind === 'done') done.push(`a${i}`);
          else expect(outcome).toBeInstanceOf(UnknownOutcomeError);
        }
        expect((await store.getHead(PARTITION))?.next).toBe(done.length);
      });
      expect(done.length).toBeGreaterThan(5);
      expect(done.length).toBeLessThan(100);
      expect((await store.append({ appends: [append(100)] }))[0]?.kind).toBe('done');
      await store.close();
      const again = await openSqliteMetadataStore(file);
      const head = await again.getHead(PARTITION);
      expect(head?.entries.map((entry) => entry.appendId)).toEqual([...done, 'a100']);
      await again.close();
    },
  );
});
