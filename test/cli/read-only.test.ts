import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rivuletFile, spawnProcess, whenReady } from '../support/broker-process.ts';
import { fetchAll, produceJson } from '../support/http.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Mounts of one's own, which end with the process, need Linux and a user who may have them. */
const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

/** Runs `rivulet start` where `mounted` is a mount that only this process sees. */
function startOnMount(folder: string, mounted: string, options = 'rw') {
  const script = 'mount --bind "$0" "$0" && mount -o "remount,$1,bind" "$0" && shift && exec "$@"';
  const start = [process.execPath, rivuletFile, 'start', '--port', '0', '--data', folder];
  return spawnProcess('unshare', ['--mount', 'sh', '-c', script, mounted, options, ...start]);
}

function remount(pid: number | undefined, mounted: string, options: 'ro' | 'rw'): void {
  const namespace = ['--target', String(pid), '--mount'];
  execFileSync('nsenter', [...namespace, 'mount', '-o', `remount,${options},bind`, mounted]);
}

/** Goes into an object of its own. */
const large = (name: string): string => name.padEnd(300_000, '.');

describe.skipIf(!canMount)('a file system that is read-only', () => {
  test('is said at the start, in one line that names the folder', async () => {
    const folder = await tempFolder();
    const { code, stdout, stderr } = await startOnMount(folder, folder, 'ro').ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(folder);
    expect(stderr).toMatch(/read-only|for writing/);
    expect(stderr.trim().split('\n').length).toBe(1);
  });

  test('refuses what it cannot keep while it lasts; what was kept is read, and then all goes on', async () => {
    const folder = await tempFolder();
    const objects = join(folder, 'objects');
    await mkdir(objects);
    const { url, process: broker } = await whenReady(startOnMount(folder, objects));
    const produce = (value: string) => produceJson(url, 'orders', [{ partition: 0, value }]);
    expect((await produce(large('before'))).status).toBe(200);

    remount(broker.child.pid, objects, 'ro');
    const refused = await produce(large('refused'));
    expect(refused.status).toBe(503);
    expect(refused.answer.message).toMatch(/Nothing was written.*(read-only|for writing)/);
    expect((await produce('small ones are kept elsewhere')).status).toBe(200);

    remount(broker.child.pid, objects, 'rw');
    expect((await produce(large('after'))).status).toBe(200);
    const values = (await fetchAll(url, 'orders', 0)).map(({ value }) => value);
    expect(values).toEqual([large('before'), 'small ones are kept elsewhere', large('after')]);
  });
});
