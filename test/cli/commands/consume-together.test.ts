import { describe, expect, test } from 'vitest';
import {
  brokerAndCli,
  LIVELY,
  lines,
  printedLines,
  produceBacklog,
  produceNumbers,
  SHORT_SESSIONS,
  untilCommitted,
  untilPrinted,
} from '../../support/cli.ts';
import { createTopic, produceJson } from '../../support/http.ts';

const sorted = (values: Iterable<string>): string[] => Array.from(values).toSorted();
const numbers = (count: number, from = 0): string[] => lines(count, from).trimEnd().split('\n');

describe('members of a group', () => {
  test('share a topic, and take over what one that is killed has not committed', async () => {
    const cli = await brokerAndCli(SHORT_SESSIONS);
    await createTopic(cli.url, 'orders', 4);
    const consume = ['consume', 'orders', '--group', 'g', '--from', 'earliest'];
    const [first, second] = [cli.spawn(consume), cli.spawn(consume)];
    for (const each of [first, second])
      await each.until('stderr', /reading partitions \d, \d of orders\n$|\d-\d of orders\n$/);
    await produceNumbers(cli.url, 'orders', 400);
    await untilPrinted([first, second], ({ length }) => length >= 400);
    expect(sorted(printedLines([first, second]))).toEqual(sorted(numbers(400)));
    expect(Math.min(printedLines([first]).length, printedLines([second]).length)).toBeGreaterThan(0);
    await untilCommitted(cli.url, 'g');

    const third = cli.spawn(consume);
    await third.until('stderr', /reading partitions \d of orders\n$/);
    await produceNumbers(cli.url, 'orders', 400, { from: 400 });
    await second.end('SIGKILL');
    const all = new Set(numbers(800));
    await untilPrinted([first, second, third], (printed) => new Set(printed).size >= all.size);
    for (const each of [first, third]) expect(await each.end('SIGINT')).toMatchObject({ code: 0 });

    const printed = printedLines([first, second, third]);
    expect(new Set(printed)).toEqual(all);
    const twice = printed.filter((line, index) => printed.indexOf(line) !== index);
    const uncommitted = new Set(printedLines([second]).filter((line) => !numbers(400).includes(line)));
    expect(twice.filter((line) => !uncommitted.has(line))).toEqual([]);
  });

  test('leave at once on Ctrl-C: the others go on exactly where they ended', async () => {
    const cli = await brokerAndCli(LIVELY);
    await createTopic(cli.url, 'orders', 2);
    const consume = ['consume', 'orders', '--group', 'g', '--from', 'earliest'];
    const [first, second] = [cli.spawn(consume), cli.spawn(consume)];
    for (const each of [first, second]) await each.until('stderr', /reading partitions \d of orders\n$/);
    await produceNumbers(cli.url, 'orders', 100);
    await untilPrinted([first, second], ({ length }) => length >= 100);
    expect(await first.end('SIGINT')).toMatchObject({ code: 0 });
    await second.until('stderr', /reading partitions 0-1 of orders\n$/);
    await produceNumbers(cli.url, 'orders', 100, { from: 100 });
    await untilPrinted([first, second], ({ length }) => length >= 200);
    expect(await second.end('SIGTERM')).toMatchObject({ code: 0 });
    expect(sorted(printedLines([first, second]))).toEqual(sorted(numbers(200)));
    expect((await cli.rivulet(['groups'])).stdout).toMatch(/\ng +Empty +0\n$/);
  });

  test('hand over in the midst of a backlog without a line twice, also when one is slow to print', async () => {
    const cli = await brokerAndCli(LIVELY);
    await createTopic(cli.url, 'orders', 2);
    const backlog = await produceBacklog(cli.url, 'orders', 2);
    const consume = ['consume', 'orders', '--group', 'g', '--from', 'earliest'];
    const first = cli.spawn(consume);
    await first.until('stdout', /\n/);
    first.child.stdout?.pause();
    const second = cli.spawn(consume);
    await second.until('stderr', /reading nothing for now\n/);
    await first.until('stderr', /reading partitions \d of orders\n$/);
    first.child.stdout?.resume();
    await second.until('stderr', /reading partitions \d of orders\n$/);
    await untilPrinted([first, second], ({ length }) => length >= backlog.length);
    for (const each of [first, second]) expect(await each.end('SIGINT')).toMatchObject({ code: 0 });
    expect(sorted(printedLines([first, second]))).toEqual(sorted(backlog));
    expect(Math.min(printedLines([first]).length, printedLines([second]).length)).toBeGreaterThan(100);
  });

  test('join again when the group went on without them', async () => {
    const cli = await brokerAndCli(SHORT_SESSIONS);
    const consume = ['consume', 'orders', '--group', 'g', '--from', 'earliest'];
    await produceJson(cli.url, 'orders', [{ value: 'one' }]);
    const first = cli.spawn(consume);
    await first.until('stdout', /"one"\n/);
    await untilCommitted(cli.url, 'g');
    first.child.kill('SIGSTOP');
    const second = cli.spawn(consume);
    await second.until('stderr', /reading partitions 0 of orders\n$/);
    first.child.kill('SIGCONT');
    await first.until('stderr', /group g: joining again: /);
    await first.until('stderr', /reading nothing for now\n$/);
    await produceJson(cli.url, 'orders', [{ value: 'two' }]);
    await second.until('stdout', /"two"\n/);
    expect(await second.end('SIGINT')).toMatchObject({ code: 0, stdout: '"two"\n' });
    await first.until('stderr', /reading partitions 0 of orders\n$/);
    expect(await first.end('SIGINT')).toMatchObject({ code: 0, stdout: '"one"\n' });
  });

  test('with an instance id come back to their own partitions, which wait for them', async () => {
    const cli = await brokerAndCli(LIVELY);
    await createTopic(cli.url, 'orders', 2);
    const consume = ['consume', 'orders', '--group', 'g', '--from', 'earliest'];
    const other = cli.spawn(consume);
    const first = cli.spawn([...consume, '--instance-id', 'one']);
    const [reads] = await first.until('stderr', /reading partitions \d of orders\n$/);
    await other.until('stderr', /reading partitions \d of orders\n$/);
    expect(await first.end('SIGINT')).toMatchObject({ code: 0 });
    const again = cli.spawn([...consume, '--instance-id', 'one']);
    expect((await again.until('stderr', /reading partitions \d of orders\n$/))[0]).toBe(reads);
    const twin = cli.spawn([...consume, '--instance-id', 'one']);
    await twin.until('stderr', /waiting for the instance id: .*one/);
    await again.end('SIGINT');
    expect((await twin.until('stderr', /reading partitions \d of orders\n$/))[0]).toBe(reads);
    expect(other.stderr.match(/reading partitions \d of orders\n/g)).toHaveLength(1);
  });
});
