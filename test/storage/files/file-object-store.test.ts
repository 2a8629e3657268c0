import { mkdirSync, readdirSync, rmdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NotDoneError } from '../../../lib/storage/errors.ts';
import { openFileObjectStore } from '../../../lib/storage/files/file-object-store.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import { canLimitFileSize, withFileSizeLimit } from '../file-size-limit.ts';
import { describeObjectStore } from '../object-store-contract.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describeObjectStore('files', async () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'objects');
  const open: ObjectStore[] = [];
  const openAnother = async () => {
    const store = await openFileObjectStore(path);
    open.push(store);
    return store;
  };
  return {
    store: await openAnother(),
    openAnother,
    faults: {
      ...(canLimitFileSize && { notDone: (work) => withFileSizeLimit(0, work) }),
      unknown: (key, work) => whileAFolderHasTheName(join(path, key), work),
    },
    async close() {
      for (const store of open) await store.close();
      folder[Symbol.dispose]();
    },
  };
});

/** The rename fails, which is the step that makes an object be there. */
async function whileAFolderHasTheName<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  mkdirSync(path, { recursive: true });
  try {
    return await work();
  } finally {
    rmdirSync(path);
  }
}

const bytes = (text: string) => Buffer.from(text);

describe('a folder of objects', () => {
  test('a file where a folder is needed is said so', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'file'), '');
    const opening = openFileObjectStore(join(folder.path, 'file', 'objects'));
    await expect(opening).rejects.toThrow(NotDoneError);
    await expect(opening).rejects.toThrow(/file where a folder is needed/);

    const store = await openFileObjectStore(join(folder.path, 'objects'));
    writeFileSync(join(folder.path, 'objects', 'intake'), '');
    const put = store.put('intake/a', [bytes('a')]);
    await expect(put).rejects.toThrow(NotDoneError);
    await expect(put).rejects.toMatchObject({ retriable: false });
    await store.close();
  });

  test.runIf(canLimitFileSize)(
    'a limit on file sizes is named, also when it is met within the bytes',
    async () => {
      using folder = temporaryFolder();
      const store = await openFileObjectStore(folder.path);
      const parts = [Buffer.alloc(700, 'x'), Buffer.alloc(700, 'y')];
      await withFileSizeLimit(1000, async () => {
        const put = store.put('a', parts);
        await expect(put).rejects.toThrow(/ulimit -f/);
        await expect(put).rejects.toMatchObject({ kind: 'notDone', retriable: false });
      });
      expect(readdirSync(join(folder.path, '+unfinished'))).toEqual([]);
      await store.close();
    },
  );

  test('a put leaves no temporary file behind, and none is listed', async () => {
    using folder = temporaryFolder();
    const store = await openFileObjectStore(folder.path);
    await store.put('a', [bytes('a')]);
    writeFileSync(join(folder.path, '+unfinished', 'x.1.y.1'), 'half');
    expect((await store.list('', { limit: 10 })).map((info) => info.key)).toEqual(['a']);
    expect(readdirSync(join(folder.path, '+unfinished'))).toEqual(['x.1.y.1']);
    await store.close();
  });

  test('a start sweeps what dead processes left, and what is a day old, and nothing else', async () => {
    using folder = temporaryFolder();
    const unfinished = join(folder.path, '+unfinished');
    const first = await openFileObjectStore(folder.path);
    const mine = await nameOfMine(folder.path, first);
    const [scope] = mine.split('.');
    const dead = `${scope}.${2 ** 22 + 1}.r.1`; // above the kernel's greatest process id
    const alive = `${scope}.${process.ppid}.r.1`;
    const elsewhere = `elsewhere.${2 ** 22 + 1}.r.1`;
    const old = 'other.1.r.2';
    for (const name of [dead, alive, elsewhere, old]) writeFileSync(join(unfinished, name), 'half');
    const dayAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
    utimesSync(join(unfinished, old), dayAgo, dayAgo);
    const second = await openFileObjectStore(folder.path);
    expect(readdirSync(unfinished).sort()).toEqual([alive, elsewhere].sort());
    await first.close();
    await second.close();
  });
});

/** Seen while a put is under way, whose file carries such a name. */
async function nameOfMine(folder: string, store: ObjectStore): Promise<string> {
  const put = store.put('seen', [Buffer.alloc(4_000_000)]);
  for (;;) {
    await new Promise(setImmediate);
    const [name] = readdirSync(join(folder, '+unfinished'));
    if (name === undefined) continue;
    await put;
    return name;
  }
}
