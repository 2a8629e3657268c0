import { open, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rivuletFile, runRivulet, spawnProcess, startBroker, whenReady } from '../support/broker-process.ts';
import { createTopic, fetchAll, JSON_V2, produceJson } from '../support/http.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Starts a broker whose files may not grow beyond this: what a full disk does, also to root. */
function startLimited(folder: string, fileKib: number) {
  const script = `ulimit -f ${fileKib}; exec "$0" "$@"`;
  const start = [
    process.execPath,
    rivuletFile,
    'start',
    '--port',
    '0',
    '--data',
    folder,
    '--log-level',
    'fatal',
  ];
  return whenReady(spawnProcess('bash', ['-c', script, ...start]));
}

const LARGE_BYTES = 300_000;
const large = (name: string): string => name.padEnd(LARGE_BYTES, '.');

describe('a disk that is full', () => {
  test('an object that does not fit is refused, and everything else goes on', async () => {
    const folder = await tempFolder();
    const { url, process } = await startLimited(folder, 2_048);
    expect((await produceJson(url, 'orders', [{ value: 'before' }])).status).toBe(200);
    const huge = await produceJson(
      url,
      'orders',
      Array.from({ length: 10 }, (_, at) => ({ value: large(`huge-${at}`) })),
    );
    expect(huge.status).toBe(503);
    expect(huge.answer.message).toMatch(/KAFKA_STORAGE_ERROR|disk|limit|written/i);
    expect((await produceJson(url, 'orders', [{ value: 'after' }])).status).toBe(200);
    expect((await fetchAll(url, 'orders', 0)).map(({ value }) => value)).toEqual(['before', 'after']);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await process.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  test('a metadata file that cannot grow fails the produce, and loses nothing of what was acknowledged', async () => {
    const folder = await tempFolder();
    const limited = await startLimited(folder, 1_024);
    const acknowledged: string[] = [];
    const padding = '.'.repeat(20_000);
    let status = 200;
    for (let count = 0; status === 200 && count < 500; count++) {
      const value = `${count}${padding}`;
      ({ status } = await produceJson(limited.url, 'orders', [{ value }]));
      if (status === 200) acknowledged.push(value);
    }
    expect(status).toBe(500);
    expect(acknowledged.length).toBeGreaterThan(5);
    // It still reads what it has.
    const read = (await fetchAll(limited.url, 'orders', 0)).map(({ value }) => value);
    expect(read.slice(0, acknowledged.length)).toEqual(acknowledged);
    await limited.process.end('SIGTERM');

    const { url } = await startBroker(folder);
    const stored = (await fetchAll(url, 'orders', 0)).map(({ value }) => value);
    expect(stored.slice(0, acknowledged.length)).toEqual(acknowledged);
    expect((await produceJson(url, 'orders', [{ value: 'again' }])).status).toBe(200);
  });
});

describe('damage', () => {
  test('a flipped bit in an object is an error for what lies there, and nothing else', async () => {
    const folder = await tempFolder();
    const first = await startBroker(folder);
    await createTopic(first.url, 'orders', 2);
    for (const partition of [0, 1]) {
      await produceJson(first.url, 'orders', [{ partition, value: large(`sound-${partition}`) }]);
    }
    const sound = new Set(await objectFiles(folder));
    await produceJson(first.url, 'orders', [{ partition: 0, value: large('damaged') }]);
    const [damaged] = (await objectFiles(folder)).filter((file) => !sound.has(file));
    await produceJson(first.url, 'orders', [{ partition: 0, value: 'behind' }]);
    await first.process.end('SIGTERM');
    await flipBit(damaged, LARGE_BYTES / 2);

    const { url } = await startBroker(folder);
    const read = (partition: number, offset: number): Promise<Response> =>
      fetch(`${url}/topics/orders/partitions/${partition}/records?offset=${offset}&max_bytes=1&timeout=0`, {
        headers: { Accept: JSON_V2 },
      });
    expect(await (await read(0, 0)).json()).toMatchObject([{ offset: 0, value: large('sound-0') }]);
    const refused = await read(0, 1);
    expect(refused.status).toBe(500);
    expect(await refused.json()).toMatchObject({ message: expect.stringMatching(/CRC|corrupt|damaged/i) });
    expect(await (await read(0, 2)).json()).toMatchObject([{ offset: 2, value: 'behind' }]);
    expect(await (await read(1, 0)).json()).toMatchObject([{ offset: 0, value: large('sound-1') }]);
    expect((await produceJson(url, 'orders', [{ partition: 0, value: 'new' }])).status).toBe(200);
  });

  test.each([
    ['to nothing', () => 0],
    ['to half', (bytes: number) => bytes / 2],
    ['to less than a page', () => 100],
  ])('a SQLite file cut %s is told in one line', async (_how, cut) => {
    const folder = await tempFolder();
    const { url, process } = await startBroker(folder);
    for (let at = 0; at < 20; at++) await produceJson(url, `orders-${at}`, [{ value: at }]);
    await process.end('SIGTERM');
    const file = join(folder, 'metadata.sqlite');
    await truncate(file, cut((await stat(file)).size));
    const ended = await runRivulet(['start', '--port', '0', '--data', folder]);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^rivulet: [^\n]*metadata\.sqlite [^\n]*\n$/);
  });
});

async function objectFiles(folder: string): Promise<string[]> {
  const intake = join(folder, 'objects', 'intake');
  const entries = await readdir(intake, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function flipBit(path: string | undefined, position: number): Promise<void> {
  if (path === undefined) throw new Error('no object was written');
  const file = await open(path, 'r+');
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, position);
    await file.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, position);
    await file.sync();
  } finally {
    await file.close();
  }
}
