import { describe, expect, test } from 'vitest';
import { runRivulet, startBroker } from '../../support/broker-process.ts';
import {
  brokerAndCli,
  LIVELY,
  lines,
  produceBacklog,
  produceNumbers,
  SHORT_SESSIONS,
  untilCommitted,
} from '../../support/cli.ts';
import { produceJson } from '../../support/http.ts';

describe('a group', () => {
  test('goes on where it ended, and another one has everything again', async () => {
    const { rivulet, url } = await brokerAndCli();
    await produceNumbers(url, 'numbers', 1_000);
    const consume = (...args: string[]) => rivulet(['consume', 'numbers', '--from', '2000-01-01', ...args]);
    const first = await consume('--group', 'g', '--max-records', '300');
    expect(first).toMatchObject({ code: 0, stdout: lines(300) });
    expect(first.stderr).toMatch(/^group g: reading partitions 0 of numbers\n300 records\n$/);
    expect((await consume('--group', 'g', '--max-records', '700')).stdout).toBe(lines(700, 300));
    const nothing = await consume('--group', 'g', '--timeout-ms', '200');
    expect(nothing).toMatchObject({ code: 0, stdout: '' });
    expect((await consume('--group', 'other', '--max-records', '1000')).stdout).toBe(lines(1_000));
  });

  test('begins with what comes from now on, and loses nothing that came before anybody was killed', async () => {
    const cli = await brokerAndCli(SHORT_SESSIONS);
    await produceNumbers(cli.url, 'numbers', 10);
    const first = cli.spawn(['consume', 'numbers', '--group', 'g']);
    await untilCommitted(cli.url, 'g');
    await first.end('SIGKILL');
    await produceNumbers(cli.url, 'numbers', 10, { from: 10 });
    const second = await cli.rivulet(['consume', 'numbers', '--group', 'g', '--max-records', '10']);
    expect(second).toMatchObject({ code: 0, stdout: lines(10, 10) });
  });

  test('waits for a topic that does not exist yet, and misses nothing of it', async () => {
    const cli = await brokerAndCli(LIVELY);
    const consuming = cli.spawn(['consume', 'later', 'never', '--group', 'g', '--format', 'json']);
    await consuming.until('stderr', /no topic later yet: waiting for it\nthere is no topic never yet/);
    await consuming.until('stderr', /reading nothing for now\n/);
    const matching = cli.spawn(['consume', '--pattern', 'lat.*', '--group', 'p', '--format', 'json']);
    await matching.until('stderr', /reading nothing for now\n/);
    await produceJson(cli.url, 'later', [{ key: 'k', value: 1 }]);
    const record = { topic: 'later', partition: 0, offset: 0, key: '"k"', value: '1', headers: [] };
    for (const each of [consuming, matching]) {
      const [line] = await each.until('stdout', /.*\n/);
      expect(JSON.parse(line)).toMatchObject(record);
    }
  });

  test('whose topic is deleted and made again reads the new one', async () => {
    const cli = await brokerAndCli(LIVELY);
    await produceJson(cli.url, 'orders', [{ value: 'old' }]);
    const consuming = cli.spawn(['consume', 'orders', '--group', 'g', '--from', 'earliest']);
    await consuming.until('stdout', /"old"\n/);
    await cli.rivulet(['topics', 'delete', 'orders']);
    await consuming.until('stderr', /reading nothing for now\n$/);
    await produceJson(cli.url, 'orders', [{ value: 'new' }]);
    await consuming.until('stdout', /"new"\n/);
    expect(await consuming.end('SIGINT')).toMatchObject({ code: 0, stdout: '"old"\n"new"\n' });
  });

  test('whose offset is not there goes where --from says', async () => {
    const cli = await brokerAndCli();
    await produceJson(cli.url, 'orders', [{ value: 'one' }]);
    const commit = await fetch(`${cli.url}/groups/g/offsets`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ offsets: [{ topic: 'orders', partition: 0, offset: 7 }] }),
    });
    expect(commit.status).toBe(204);
    const consume = ['consume', 'orders', '--group', 'g', '--from', 'earliest', '--max-records', '1'];
    const ended = await cli.rivulet(consume);
    expect(ended).toMatchObject({ code: 0, stdout: '"one"\n' });
    expect(ended.stderr).toContain('orders-0 has no offset 7: going on at 0\n');
  });
});

describe('consume', () => {
  test('goes on when the broker comes back, and says so once', async () => {
    const cli = await brokerAndCli(LIVELY);
    await produceJson(cli.url, 'orders', [{ value: 'before' }]);
    const consuming = cli.spawn(['consume', 'orders', '--group', 'g', '--from', 'earliest']);
    await consuming.until('stdout', /"before"\n/);
    await cli.process.end('SIGKILL');
    await consuming.until('stderr', /no broker answers .*trying again\n/);
    await startBroker(cli.folder, [...LIVELY, '--port', new URL(cli.url).port]);
    await consuming.until('stderr', /the broker answers again\n/);
    await produceJson(cli.url, 'orders', [{ value: 'after' }]);
    await consuming.until('stdout', /"after"\n/);
    const ended = await consuming.end('SIGINT');
    expect(ended).toMatchObject({ code: 0, stdout: '"before"\n"after"\n' });
    expect(ended.stderr.match(/trying again/g)).toHaveLength(1);
  });

  test('commits no more than a reader took that has seen enough', async () => {
    const cli = await brokerAndCli(LIVELY);
    const backlog = await produceBacklog(cli.url, 'numbers', 1);
    const consume = ['consume', 'numbers', '--group', 'g', '--from', 'earliest'];
    const first = cli.spawn(consume);
    await first.until('stdout', /\n/);
    first.child.stdout?.destroy();
    expect(await first.ended).toMatchObject({ code: 0 });
    // Some lines were in the pipe, which is as good as printed; all others come now.
    const [, count = ''] = first.stderr.match(/([\d,]+) records\n$/) ?? [];
    const taken = Number(count.replaceAll(',', ''));
    const rest = await cli.rivulet([...consume, '--max-records', String(backlog.length - taken)]);
    expect(rest.stdout.split('\n')).toEqual([...backlog.slice(taken), '']);
  });

  test('refuses a command line that makes no sense, in one line', async () => {
    const cases: readonly [string[], string][] = [
      [['--group', 'g'], 'name the topics'],
      [['orders', '--pattern', 'o.*', '--group', 'g'], 'not both'],
      [['or ders', '--group', 'g'], 'or ders cannot be'],
      [['orders'], '--group'],
      [['orders', '--group', ''], '--group is empty'],
      [['orders', '--group', 'g', '--from', '3'], 'one partition'],
      [['orders', '--group', 'g', '--from', 'soon'], '--from takes'],
      [['orders', '--group', 'g', '--format', 'xml'], 'value, json'],
      [['orders', '--group', 'g', '--max-records', '0'], 'whole number from 1'],
      [['orders', '--group', 'g', '--timeout-ms', '-1'], 'whole number from 1'],
    ];
    for (const [args, message] of cases) {
      const refused = await runRivulet(['consume', ...args]);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain(message);
      expect(refused.stderr).toMatch(/^[^\n]*\n(\(add --help[^\n]*\n)?$/);
    }
  });

  test('tells in one line what the broker refuses', async () => {
    const { rivulet } = await brokerAndCli();
    const refused = await rivulet(['consume', '--pattern', '(', '--group', 'g']);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^rivulet: [^\n]*pattern[^\n]*\n$/);
  });
});
