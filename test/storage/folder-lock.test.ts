import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NotDoneError } from '../../lib/storage/errors.ts';
import { FolderInUseError, lockFolder } from '../../lib/storage/folder-lock.ts';
import { Child } from './child.ts';
import { temporaryFolder } from './temporary-folder.ts';

const WORKER = new URL('./worker.ts', import.meta.url);

test('a folder that a process holds is refused, and the line says by whom and what to do', async () => {
  using folder = temporaryFolder();
  await using holder = new Child(WORKER, ['lock', folder.path]);
  expect(await holder.hear()).toBe('locked');
  expect(() => lockFolder(folder.path)).toThrow(FolderInUseError);
  const { pid } = JSON.parse(readFileSync(join(folder.path, 'holder.json'), 'utf8')) as { pid: number };
  await using second = new Child(WORKER, ['lock', folder.path]);
  const line = await second.hear<string>();
  expect(line).toContain(`${folder.path} is in use by process ${pid}, started 20`);
  expect(line).toContain('listening on http://127.0.0.1:8082: stop it, or choose another folder');
});

test('kill -9 of the holder frees the folder at once, whatever its note still says', async () => {
  using folder = temporaryFolder();
  for (let round = 0; round < 3; round++) {
    const holder = new Child(WORKER, ['lock', folder.path]);
    expect(await holder.hear()).toBe('locked');
    await holder.kill();
  }
  lockFolder(folder.path).release();
});

test('one process cannot hold a folder twice, and a refusal does not loosen the first hold', async () => {
  using folder = temporaryFolder();
  const lock = lockFolder(folder.path);
  expect(() => lockFolder(folder.path)).toThrow(FolderInUseError);
  await using other = new Child(WORKER, ['lock', folder.path]);
  expect(await other.hear<string>()).toContain(`in use by process ${process.pid}`);
  lock.release();
  lock.release();
  lockFolder(folder.path).release();
});

test('several that come at once: one gets it', async () => {
  using folder = temporaryFolder();
  const children = Array.from({ length: 4 }, () => new Child(WORKER, ['lock', join(folder.path, 'new')]));
  const lines = await Promise.all(children.map((child) => child.hear<string>()));
  for (const child of children) await child.kill();
  expect(lines.filter((line) => line === 'locked').length).toBe(1);
  expect(lines.filter((line) => line.startsWith('FolderInUseError')).length).toBe(3);
});

test('a note that is damaged makes the line shorter, not the refusal weaker', () => {
  using folder = temporaryFolder();
  const lock = lockFolder(folder.path);
  writeFileSync(join(folder.path, 'holder.json'), '{"pid":');
  expect(() => lockFolder(folder.path)).toThrow('is in use by another process');
  lock.release();
});

test('a folder that cannot be one is said so', () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'file');
  writeFileSync(file, '');
  expect(() => lockFolder(file)).toThrow(NotDoneError);
  expect(() => lockFolder(join(file, 'below'))).toThrow(/file where a folder is needed/);
  mkdirSync(join(folder.path, 'odd', 'lock.sqlite'), { recursive: true });
  expect(() => lockFolder(join(folder.path, 'odd'))).toThrow(NotDoneError);
});
