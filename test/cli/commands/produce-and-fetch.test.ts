import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { partitionForKey } from '../../../lib/kafka/murmur2.ts';
import { runRivulet, spawnRivulet, startBroker } from '../../support/broker-process.ts';
import { fetchAll, produceJson } from '../../support/http.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const lines = (count: number): string => Array.from({ length: count }, (_, at) => `${at}\n`).join('');

/** A broker of the test's own, and the command line pointed at it. */
async function setUp(args: readonly string[] = []) {
  const { url, process } = await startBroker(await tempFolder(), args);
  const env = { RIVULET_URL: url };
  return {
    url,
    process,
    rivulet: (command: readonly string[], input: string | Uint8Array = '') =>
      runRivulet(command, { env, input }),
    spawn: (command: readonly string[]) => spawnRivulet(command, { env }),
  };
}

describe('produce and fetch', () => {
  test('lines come back as they went in', async () => {
    const { rivulet } = await setUp();
    const produced = await rivulet(['produce', 'numbers'], lines(20_000));
    expect(produced).toMatchObject({ code: 0, stdout: '' });
    expect(produced.stderr).toMatch(/^created numbers with 1 partition\n20,000 records to numbers in /);
    expect(await rivulet(['fetch', 'numbers'])).toMatchObject({ code: 0, stdout: lines(20_000), stderr: '' });
  });

  test('bytes that are no text come back as they went in', async () => {
    const { rivulet } = await setUp();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at).filter((byte) => byte !== 0x0a));
    await rivulet(['produce', 'bytes'], bytes);
    const { stdout } = await rivulet(['fetch', 'bytes', '--format', 'json']);
    expect(Buffer.from(JSON.parse(stdout).value_base64, 'base64')).toEqual(bytes);
  });

  test('keys decide the partition as they do in Kafka, and a partition keeps the order', async () => {
    const { rivulet, url } = await setUp(['--override', 'num.partitions=3']);
    const file = join(await tempFolder(), 'events.jsonl');
    const events = Array.from({ length: 3_000 }, (_, at) => ({ at, user: { name: `user-${at % 17}` } }));
    await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const args = ['produce', 'events', '--file', file, '--json', '--key-field', 'user.name'];
    expect(await rivulet(args)).toMatchObject({ code: 0 });
    for (let partition = 0; partition < 3; partition++) {
      const expected = events.filter(
        ({ user }) => partitionForKey(Buffer.from(JSON.stringify(user.name)), 3) === partition,
      );
      const stored = await fetchAll(url, 'events', partition);
      expect(stored.map(({ value }) => value)).toEqual(expected);
      expect(stored.map(({ key }) => key)).toEqual(expected.map(({ user }) => user.name));
    }
  });

  test('records without keys spread over the partitions, and none is lost', async () => {
    const { rivulet } = await setUp(['--override', 'num.partitions=4']);
    const values = Array.from({ length: 400 }, (_, at) => `${at}-${'.'.repeat(20_000)}\n`);
    const { stderr } = await rivulet(['produce', 'large'], values.join(''));
    expect(stderr).toMatch(/by partition 0: \d+, 1: \d+, 2: \d+, 3: \d+\n$/);
    const { stdout } = await rivulet(['fetch', 'large']);
    expect(stdout.split('\n').toSorted()).toEqual([...values.map((line) => line.trim()), ''].toSorted());
  });

  test('a batch above the limit of the topic goes in parts; a record above it is named', async () => {
    const { rivulet } = await setUp();
    await rivulet(['topics', 'create', 'small', '--config', 'max.message.bytes=1000']);
    expect(await rivulet(['produce', 'small'], lines(1_000))).toMatchObject({ code: 0 });
    expect((await rivulet(['fetch', 'small'])).stdout).toBe(lines(1_000));
    const failed = await rivulet(['produce', 'small'], `fits\n${'x'.repeat(2_000)}\n`);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/rivulet: line 2: .*max\.message\.bytes of 1000/);
  });

  test('a line that is wrong ends it, with what stood before it stored and counted', async () => {
    const { rivulet } = await setUp();
    const failed = await rivulet(['produce', 'events', '--json'], '{"a":1}\n{"a":2}\n{"a":\n{"a":4}\n');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/\n2 records to events in .*\nrivulet: line 3 is no JSON: [^\n]*\n$/);
    expect((await rivulet(['fetch', 'events'])).stdout).toBe('{"a":1}\n{"a":2}\n');
  });

  test('a broker that is killed and comes back has each line once, in order', async () => {
    const folder = await tempFolder();
    const first = await startBroker(folder);
    const { port } = new URL(first.url);
    const env = { RIVULET_URL: first.url };
    const producing = spawnRivulet(['produce', 'numbers'], { env });
    const half = lines(200_000).length / 2;
    producing.child.stdin?.write(lines(200_000).slice(0, half));
    await producing.until('stderr', /created/);
    const reading = spawnRivulet(['fetch', 'numbers', '--follow', '--max-records', '1000'], { env });
    expect(await reading.ended).toMatchObject({ code: 0 });
    first.process.child.kill('SIGKILL');
    producing.child.stdin?.end(lines(200_000).slice(half));
    await first.process.ended;
    await startBroker(folder, ['--port', port]);
    expect(await producing.ended).toMatchObject({ code: 0 });
    const { stdout } = await runRivulet(['fetch', 'numbers', '--url', first.url]);
    expect(stdout).toBe(lines(200_000));
  });
});

describe('fetch', () => {
  async function withRecords() {
    const broker = await setUp(['--override', 'num.partitions=2']);
    for (const partition of [0, 1]) {
      for (let at = 0; at < 5; at++) {
        await produceJson(broker.url, 'orders', [{ partition, value: `${partition}-${at}` }]);
      }
    }
    return broker;
  }

  test('begins and ends where it is told', async () => {
    const { rivulet } = await withRecords();
    const first = ['0-0', '0-1', '0-2', '0-3', '0-4'];
    const second = ['1-0', '1-1', '1-2', '1-3', '1-4'];
    const cases: readonly [string[], string[]][] = [
      [[], [...first, ...second]],
      [['--partition', '1'], second],
      [
        ['--partition', '1', '--from', '3'],
        ['1-3', '1-4'],
      ],
      [['--from', 'latest'], []],
      [
        ['--from', '2000-01-01', '--max-records', '2'],
        ['0-0', '0-1'],
      ],
      [['--from', '2999-01-01'], []],
      [
        ['--max-records', '6'],
        [...first, '1-0'],
      ],
    ];
    for (const [args, values] of cases) {
      const stdout = values.map((value) => `"${value}"\n`).join('');
      expect(await rivulet(['fetch', 'orders', ...args])).toEqual({
        code: 0,
        signal: null,
        stdout,
        stderr: '',
      });
    }
  });

  test('what it cannot fetch is told in one line', async () => {
    const { rivulet } = await withRecords();
    const cases: readonly [string[], number, string][] = [
      [['nothing'], 1, 'Topic not found: nothing'],
      [['orders', '--partition', '2'], 1, 'orders has partitions 0 to 1, not 2'],
      [['orders', '--from', '3'], 2, 'name one with --partition'],
      [['orders', '--partition', '0', '--from', '9'], 1, '9'],
    ];
    for (const [args, code, message] of cases) {
      const failed = await rivulet(['fetch', ...args]);
      expect(failed).toMatchObject({ code, stdout: '' });
      expect(failed.stderr).toMatch(/^rivulet: [^\n]*\n$/);
      expect(failed.stderr).toContain(message);
    }
  });

  test('--follow prints what comes, from all partitions, until Ctrl-C', async () => {
    const { spawn, url } = await withRecords();
    const following = spawn(['fetch', 'orders', '--follow']);
    await following.until('stdout', /0-4(.|\n)*1-4|1-4(.|\n)*0-4/);
    await produceJson(url, 'orders', [{ partition: 1, value: 'new' }]);
    await following.until('stdout', /"new"\n/);
    expect(await following.end('SIGINT')).toMatchObject({ code: 0, stderr: '' });
  });

  test('--follow goes on when the broker comes back', async () => {
    const folder = await tempFolder();
    const first = await startBroker(folder);
    await produceJson(first.url, 'orders', [{ value: 'before' }]);
    const following = spawnRivulet(['fetch', 'orders', '--follow', '--url', first.url]);
    await following.until('stdout', /"before"\n/);
    await first.process.end('SIGKILL');
    await following.until('stderr', /trying again\n/);
    const second = await startBroker(folder, ['--port', new URL(first.url).port]);
    await produceJson(second.url, 'orders', [{ value: 'after' }]);
    await following.until('stdout', /"after"\n/);
    expect((await following.end('SIGINT')).stdout).toBe('"before"\n"after"\n');
  });

  test('a reader that has seen enough ends it quietly', async () => {
    const { rivulet, spawn } = await setUp();
    await rivulet(['produce', 'numbers'], lines(200_000));
    const fetching = spawn(['fetch', 'numbers']);
    await fetching.until('stdout', /\n/);
    fetching.child.stdout?.destroy();
    expect(await fetching.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('topics', () => {
  test('a topic is made, listed, described, given more partitions, and deleted', async () => {
    const { rivulet } = await setUp();
    const create = ['topics', 'create', 'orders', '--partitions', '2', '--config', 'max.message.bytes=5000'];
    expect(await rivulet(create)).toMatchObject({ code: 0, stdout: 'created orders with 2 partitions\n' });
    await rivulet(['produce', 'orders', '--partition', '1'], lines(3));
    expect((await rivulet(['topics'])).stdout).toBe('orders\n');
    expect((await rivulet(['topics', 'alter', 'orders', '--partitions', '3'])).stdout).toBe(
      'orders has 3 partitions now\n',
    );
    expect((await rivulet(['topics', 'describe', 'orders'])).stdout).toBe(
      [
        'partition  earliest  latest  records',
        '        0         0       0        0',
        '        1         0       3        3',
        '        2         0       0        0',
        '',
        'max.message.bytes=5000',
        'message.timestamp.type=CreateTime',
        '',
      ].join('\n'),
    );
    expect(await rivulet(['topics', 'delete', 'orders'])).toMatchObject({
      code: 0,
      stdout: 'deleted orders\n',
    });
    expect((await rivulet(['topics', 'list'])).stdout).toBe('');
  });

  test('what the broker refuses is told in its words, in one line', async () => {
    const { rivulet } = await setUp();
    const refused = await rivulet(['topics', 'create', 'orders', '--config', 'segment.bytes=1']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^rivulet: Unknown topic config name: segment\.bytes\. [^\n]*\n$/);
  });

  test('without a broker there is one line that says so', async () => {
    const refused = await runRivulet(['topics', '--url', 'http://127.0.0.1:1']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^rivulet: no broker answers at http:\/\/127\.0\.0\.1:1 .*rivulet start.*\n$/,
    );
  });
});
