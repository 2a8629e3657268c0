import { once } from 'node:events';
import { chmod, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeProgram } from '../../lib/cli/program.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { AcceptedRequest } from '../support/accepted-request.ts';
import { runRivulet, spawnRivulet, startBroker, whenReady } from '../support/broker-process.ts';
import { fetchAll, JSON_V2, produceJson } from '../support/http.ts';
import { tempFolder } from '../support/temp-folder.ts';

const oneLine = (pattern: string): RegExp => new RegExp(`^rivulet: [^\\n]*${pattern}[^\\n]*\\n$`);

describe('start', () => {
  test('prints one line on stdout, and nothing else anywhere', async () => {
    const { process, url } = await startBroker(await tempFolder());
    expect((await produceJson(url, 'orders', [{ value: 1 }])).status).toBe(200);
    const ended = await process.end('SIGTERM');
    expect(ended).toEqual({ code: 0, signal: null, stdout: `listening on ${url}\n`, stderr: '' });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('Ctrl-C ends it too', async () => {
    const { process } = await startBroker(await tempFolder());
    expect(await process.end('SIGINT')).toMatchObject({ code: 0 });
  });

  test('what was produced is there when it starts again', async () => {
    const folder = await tempFolder();
    const first = await startBroker(folder);
    await produceJson(first.url, 'orders', [{ value: 1 }]);
    await first.process.end('SIGTERM');
    const second = await startBroker(folder);
    const response = await fetch(`${second.url}/topics/orders/partitions/0/offsets`);
    expect(await response.json()).toMatchObject({ end_offset: 1 });
  });

  test('--host takes an IPv6 address', async () => {
    const { url } = await startBroker(await tempFolder(), ['--host', '::1']);
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('--override sets a config', async () => {
    const { url } = await startBroker(await tempFolder(), ['--override', 'num.partitions=3']);
    await produceJson(url, 'orders', [{ value: 1 }]);
    const partitions = await fetch(`${url}/topics/orders/partitions`);
    expect(await partitions.json()).toHaveLength(3);
  });

  test.each<[string, string[], NodeJS.ProcessEnv]>([
    ['--advertised-url', ['--advertised-url', 'https://logs.example.org/kafka/'], {}],
    ['RIVULET_ADVERTISED_URL', [], { RIVULET_ADVERTISED_URL: 'https://logs.example.org/kafka' }],
  ])('%s is where links lead to', async (_, args, env) => {
    const all = ['start', '--port', '0', '--data', await tempFolder(), ...args];
    const { url } = await whenReady(spawnRivulet(all, { env }));
    const answer = await fetch(`${url}/v3/clusters`, { headers: { Forwarded: 'host=other.example.org' } });
    expect(await answer.json()).toMatchObject({
      metadata: { self: 'https://logs.example.org/kafka/v3/clusters' },
    });
  });

  test('without --advertised-url, links lead to where the request went, or where a proxy says', async () => {
    const { url } = await startBroker(await tempFolder());
    const direct = await fetch(`${url}/v3/clusters`);
    expect(await direct.json()).toMatchObject({ metadata: { self: `${url}/v3/clusters` } });
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'logs.example.org' };
    const behindProxy = await fetch(`${url}/v3/clusters`, { headers });
    expect(await behindProxy.json()).toMatchObject({
      metadata: { self: 'https://logs.example.org/v3/clusters' },
    });
  });

  test('a folder is for its user alone', async () => {
    const folder = join(await tempFolder(), 'data');
    await startBroker(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });
});

describe('what keeps it from starting', () => {
  test('a port that is taken', async () => {
    const { url } = await startBroker(await tempFolder());
    const { port } = new URL(url);
    const ended = await runRivulet(['start', '--port', port, '--data', await tempFolder()]);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(oneLine(`port ${port} of 127.0.0.1 is taken by another program: .*--port`));
  });

  test('an address of another machine', async () => {
    const ended = await runRivulet([
      'start',
      '--host',
      '192.0.2.1',
      '--allow-anonymous',
      '--port',
      '0',
      '--data',
      await tempFolder(),
    ]);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(oneLine('192.0.2.1 is no address of this machine: .*--host'));
  });

  test('a folder that another broker holds', async () => {
    const folder = await tempFolder();
    const { url, process } = await startBroker(folder);
    const ended = await runRivulet(['start', '--port', '0', '--data', folder]);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(oneLine(`${folder} is in use by process ${process.child.pid}, .*${url}`));
  });

  test('a folder whose broker was killed is free at once', async () => {
    const folder = await tempFolder();
    const { process } = await startBroker(folder);
    await process.end('SIGKILL');
    await startBroker(folder);
  });

  test('a folder that cannot be made', async () => {
    const file = join(await tempFolder(), 'file');
    await writeFile(file, '');
    const ended = await runRivulet(['start', '--port', '0', '--data', join(file, 'data')]);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(oneLine(file));
  });

  test('a folder that may not be written', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('to root, every folder can be written');
    const folder = await tempFolder();
    await chmod(folder, 0o500);
    const ended = await runRivulet(['start', '--port', '0', '--data', folder]);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(oneLine(folder));
  });

  test('a file system that takes no files', async () => {
    const ended = await runRivulet(['start', '--port', '0', '--data', '/sys/rivulet']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(oneLine('/sys/rivulet'));
  });

  test.each([
    [
      ['--override', 'num.partition=3'],
      'no broker config is named num.partition; there are .*num.partitions',
    ],
    [['--override', 'num.partitions=none'], 'num.partitions'],
    [['--override', 'num.partitions'], 'name=value'],
  ])('%s', async (args, message) => {
    const ended = await runRivulet(['start', ...args]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(oneLine(message));
  });

  test.each([
    ['--port', '65536'],
    ['--port', 'http'],
    ['--broker-id', '-1'],
    ['--log-level', 'loud'],
    ['--advertised-url', 'logs.example.org'],
    ['--advertised-url', 'https://logs.example.org/?query'],
    ['--nonsense', '1'],
  ])('%s %s', async (...args) => {
    const silent = { writeErr: () => undefined };
    const program = makeProgram();
    for (const command of [program, ...program.commands]) command.configureOutput(silent);
    const message = expect.stringContaining(args[0]);
    await expect(program.parseAsync(['start', ...args], { from: 'user' })).rejects.toMatchObject({ message });
  });

  test('an advertised URL in the environment that is none', async () => {
    const env = { RIVULET_ADVERTISED_URL: 'https://me:secret@logs.example.org' };
    const ended = await runRivulet(['start'], { env });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(
      /^error: option '--advertised-url <url>' .*RIVULET_ADVERTISED_URL.*user.*\n/,
    );
  });

  test('a wrong command line ends with 2', async () => {
    const ended = await runRivulet(['start', '--nonsense']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('--nonsense');
  });
});

test('--version names the release of package.json', async () => {
  const version = await runRivulet(['--version']);
  expect(version).toEqual({ code: 0, signal: null, stdout: `${packageJson.version}\n`, stderr: '' });
});

describe('stop', () => {
  const headers = { 'Content-Type': JSON_V2 };
  const records = JSON.stringify({ records: [{ value: 'late' }] });

  test('SIGTERM under load: every request that was accepted is answered, and then it ends with 0', async () => {
    const folder = await tempFolder();
    const { process, url } = await startBroker(folder);
    await produceJson(url, 'load', [{ value: 'first' }]);
    const wait = `${url}/topics/load/partitions/0/records?offset=latest&timeout=30000&min_bytes=10000000`;
    const open = (path: string, method: 'GET' | 'POST') => AcceptedRequest.open(path, { method, headers });
    const uploads = await Promise.all(Array.from({ length: 10 }, () => open(`${url}/topics/load`, 'POST')));
    const parked = await Promise.all(Array.from({ length: 10 }, () => open(wait, 'GET')));
    const waits = parked.map((request) => request.finish());
    const load = keepProducing(url);
    await load.acknowledged(50);

    process.child.kill('SIGTERM');
    await load.ended;
    for (const answer of await Promise.all(waits)) expect(answer).toMatchObject({ status: 200 });
    for (const upload of uploads) expect(await upload.finish(records)).toMatchObject({ status: 200 });
    expect(await process.ended).toMatchObject({ code: 0, stderr: '' });

    const again = await startBroker(folder);
    const stored = await fetchAll(again.url, 'load', 0);
    expect(stored.filter(({ value }) => value === 'late')).toHaveLength(uploads.length);
    const offsets = new Map(stored.map(({ offset, value }) => [value, offset]));
    for (const { value, offset } of load.records) expect(offsets.get(value)).toBe(offset);
  });

  test('a connection that never sent a request holds nothing up', async () => {
    const { process, url } = await startBroker(await tempFolder());
    const { hostname, port } = new URL(url);
    const silent = connect(Number(port), hostname);
    await once(silent, 'connect');
    await produceJson(url, 'other', [{ value: 'behind it, so that the silent one is accepted' }]);
    process.child.kill('SIGTERM');
    expect(await process.ended).toMatchObject({ code: 0, stderr: '' });
    silent.destroy();
  });

  test('a second signal ends it at once', async () => {
    const { process, url } = await startBroker(await tempFolder());
    const stuck = await AcceptedRequest.open(`${url}/topics/load`, { method: 'POST', headers });
    process.child.kill('SIGTERM');
    await refused(url);
    expect(await process.end('SIGTERM')).toMatchObject({ code: 143 });
    stuck.destroy();
  });
});

/** Four writers, each with one request in the air, until the broker is gone. */
function keepProducing(url: string) {
  const records: { value: string; offset: number | null | undefined }[] = [];
  let onRecord: () => void = () => undefined;
  const write = async (writer: number): Promise<void> => {
    for (let count = 0; ; count++) {
      const value = `${writer}-${count}`;
      try {
        const { status, answer } = await produceJson(url, 'load', [{ value }]);
        if (status !== 200) throw new Error(`answered ${status}: ${answer.message}`);
        records.push({ value, offset: answer.offsets[0]?.offset });
        onRecord();
      } catch (error) {
        // fetch raises a TypeError when the connection was closed or refused: this request was not accepted.
        if (error instanceof TypeError) return;
        throw error;
      }
    }
  };
  return {
    records,
    ended: Promise.all([0, 1, 2, 3].map(write)),
    async acknowledged(count: number): Promise<void> {
      while (records.length < count) {
        await new Promise<void>((resolve) => {
          onRecord = resolve;
        });
      }
    },
  };
}

/** Resolves when nobody accepts connections there any more. */
async function refused(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(`${url}/healthz`);
    } catch (error) {
      if (error instanceof TypeError) return;
      throw error;
    }
  }
}
