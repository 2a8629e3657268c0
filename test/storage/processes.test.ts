import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEmbeddedStores } from '../../lib/storage/embedded.ts';
import type { PartitionKey } from '../../lib/storage/head.ts';
import { inlineIntakeKey, intakeObjectKey } from '../../lib/storage/keys.ts';
import { Child } from './child.ts';
import { temporaryFolder } from './temporary-folder.ts';
import {
  APPENDS_PER_WORKER,
  type Appended,
  COUNTER,
  contentOf,
  INCREMENTS_PER_WORKER,
  type Kept,
  PARTITION,
} from './worker.ts';

const WORKER = new URL('./worker.ts', import.meta.url);
const PROCESSES = 3;

/** Children that have opened the folder and wait for 'go'. */
async function ready(job: string, folder: string, count: number): Promise<Child[]> {
  const children = Array.from({ length: count }, () => new Child(WORKER, [job, folder]));
  for (const child of children) expect(await child.hear()).toBe('ready');
  return children;
}

test('processes that open a new folder at once all open the same one', async () => {
  using folder = temporaryFolder();
  const children = await ready('open', folder.path, 4);
  for (let round = 0; round < 15; round++) {
    for (const child of children) child.tell(join(folder.path, `new ${round}`));
    for (const child of children) expect(await child.hear()).toBe('opened');
  }
  for (const child of children) await child.kill();
});

test('appends of several processes to one head are dense, and none is lost', async () => {
  using folder = temporaryFolder();
  const stores = await openEmbeddedStores(folder.path);
  await stores.metadata.createHeads([PARTITION], 1);
  const children = await ready('append', folder.path, PROCESSES);
  for (const child of children) child.tell('go');
  const appended = (await Promise.all(children.map((child) => child.hear<Appended[]>()))).flat();
  expect(appended.length).toBe(PROCESSES * APPENDS_PER_WORKER);
  const head = await stores.metadata.getHead(PARTITION);
  let next = 0;
  for (const { base, count } of appended.sort((a, b) => a.base - b.base)) {
    expect(base).toBe(next);
    next += count;
  }
  expect(head?.next).toBe(next);
  expect(head?.entries.map(({ appendId, base }) => ({ appendId, base }))).toEqual(
    appended.map(({ appendId, base }) => ({ appendId, base })),
  );
  await stores.close();
});

test('compare-and-set of several processes on one item loses no step', async () => {
  using folder = temporaryFolder();
  const children = await ready('increment', folder.path, PROCESSES);
  for (const child of children) child.tell('go');
  const tries = await Promise.all(children.map((child) => child.hear<number>()));
  const stores = await openEmbeddedStores(folder.path);
  const counter = await stores.metadata.get(COUNTER);
  expect(counter?.attributes.count).toBe(PROCESSES * INCREMENTS_PER_WORKER);
  expect(Math.min(...tries)).toBeGreaterThanOrEqual(INCREMENTS_PER_WORKER);
  await stores.close();
});

test('kill -9 amid puts and appends leaves whole objects and a consistent head', async () => {
  using folder = temporaryFolder();
  const first = await openEmbeddedStores(folder.path);
  await first.metadata.createHeads([PARTITION], 1);
  await first.close();
  const kept: Kept[] = [];
  for (let round = 0; round < 4; round++) {
    const children = await ready('putAndAppend', folder.path, 2);
    for (const child of children) child.tell('go');
    for (const child of children) {
      for (let heard = 0; heard < 3 + round; heard++) kept.push(await child.hear<Kept>());
    }
    for (const child of children) kept.push(...(await child.kill<Kept>()));
  }

  const { metadata, objects, close } = await openEmbeddedStores(folder.path);
  expect(readdirSync(join(folder.path, 'objects', '+unfinished'))).toEqual([]);
  for (const { key } of await objects.list('intake/', { limit: 1000 })) {
    const whole = contentOf(key.slice(intakeObjectKey('').length));
    expect(Buffer.compare((await objects.get(key)) ?? Buffer.alloc(0), whole)).toBe(0);
  }
  const entries = await entriesOf(metadata, PARTITION);
  for (const { key, intake, appended } of kept) {
    expect(await objects.get(key)).toBeDefined();
    expect(await metadata.get(inlineIntakeKey(intake))).toBeDefined();
    expect(entries.get(appended.appendId)).toBe(appended.base);
  }
  expect(kept.length).toBeGreaterThanOrEqual(2 * (3 + 4 + 5 + 6));
  await close();
});

type Metadata = Awaited<ReturnType<typeof openEmbeddedStores>>['metadata'];

async function entriesOf(metadata: Metadata, partition: PartitionKey): Promise<Map<string, number>> {
  const head = await metadata.getHead(partition);
  return new Map(head?.entries.map(({ appendId, base }) => [appendId, base]));
}
