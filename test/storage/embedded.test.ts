import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEmbeddedStores } from '../../lib/storage/embedded.ts';
import { NotDoneError } from '../../lib/storage/errors.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('a new folder is made for this user only, with both stores in it', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'a', 'data');
  const stores = await openEmbeddedStores(path);
  await stores.objects.put('intake/a', [Buffer.from('a')]);
  await stores.metadata.createHeads([{ topicId: 't', partition: 0 }], 1);
  await stores.close();
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(readdirSync(path).sort()).toEqual(['format', 'metadata.sqlite', 'objects']);
});

test('what was stored is there when the folder is opened again', async () => {
  using folder = temporaryFolder();
  const first = await openEmbeddedStores(folder.path);
  await first.objects.put('intake/a', [Buffer.from('a')]);
  await first.metadata.createHeads([{ topicId: 't', partition: 0 }], 7);
  await first.close();
  const second = await openEmbeddedStores(folder.path);
  expect((await second.objects.get('intake/a'))?.length).toBe(1);
  expect((await second.metadata.getHead({ topicId: 't', partition: 0 }))?.leader).toBe(7);
  await second.close();
});

test('a file in place of the folder is said so', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'below')]) {
    await expect(openEmbeddedStores(path)).rejects.toThrow(NotDoneError);
    await expect(openEmbeddedStores(path)).rejects.toThrow(`${path} has a file where a folder is needed`);
  }
});

test('a metadata file that is empty or gone is a loss, not a beginning', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'metadata.sqlite');
  await (await openEmbeddedStores(folder.path)).close();
  truncateSync(file, 0);
  await expect(openEmbeddedStores(folder.path)).rejects.toThrow(`${file} is empty or gone`);
  rmSync(file);
  await expect(openEmbeddedStores(folder.path)).rejects.toThrow(/restore it from a backup/);
});

test('a folder of a later version is not opened', async () => {
  using folder = temporaryFolder();
  await (await openEmbeddedStores(folder.path)).close();
  writeFileSync(join(folder.path, 'format'), 'rivulet 2\n');
  await expect(openEmbeddedStores(folder.path)).rejects.toThrow(/does not read: use a later version/);
});
