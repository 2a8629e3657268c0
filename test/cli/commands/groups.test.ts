import { describe, expect, test } from 'vitest';
import { runRivulet } from '../../support/broker-process.ts';
import { brokerAndCli, LIVELY, produceNumbers, untilCommitted } from '../../support/cli.ts';
import { createTopic } from '../../support/http.ts';

/** Two partitions with 10 and 5 records, of which the group has read 6 and none. */
async function withGroup() {
  const cli = await brokerAndCli(LIVELY);
  await createTopic(cli.url, 'orders', 2);
  await produceNumbers(cli.url, 'orders', 10, { partition: 0 });
  await produceNumbers(cli.url, 'orders', 5, { partition: 1 });
  const offsets = [
    { topic: 'orders', partition: 0, offset: 6 },
    { topic: 'orders', partition: 1, offset: 0 },
  ];
  const committed = await fetch(`${cli.url}/groups/billing/offsets`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ offsets }),
  });
  expect(committed.status).toBe(204);
  return cli;
}

const columns = (table: string): string[][] =>
  table
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));

describe('groups', () => {
  test('lists and describes a group without members, for people and for programs', async () => {
    const { rivulet } = await withGroup();
    expect((await rivulet(['groups'])).stdout).toBe(
      ['GROUP    STATE  MEMBERS', 'billing  Empty        0', ''].join('\n'),
    );
    expect((await rivulet(['groups', 'describe', 'billing'])).stdout).toBe(
      [
        'billing: Empty, no members, epoch 0, assignor uniform',
        '',
        'TOPIC   PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG  CONSUMER-ID  CLIENT-ID',
        'orders          0               6              10    4  -            -',
        'orders          1               0               5    5  -            -',
        'total lag: 9',
        '',
      ].join('\n'),
    );
    const [listed] = JSON.parse((await rivulet(['groups', 'list', '--json'])).stdout);
    expect(listed).toMatchObject({ group_id: 'billing', state: 'Empty', member_count: 0, is_simple: true });
    const described = JSON.parse((await rivulet(['groups', 'describe', 'billing', '--json'])).stdout);
    expect(described).toMatchObject({
      group_id: 'billing',
      total_lag: 9,
      members: [],
      lags: [{ current_offset: 6, lag: 4 }, { lag: 5 }],
    });
  });

  test('describes the members of a group, and what each of them reads', async () => {
    const { rivulet, spawn, url } = await withGroup();
    const consuming = spawn(['consume', 'orders', '--group', 'billing', '--instance-id', 'one']);
    await untilCommitted(url, 'billing');
    const { stdout } = await rivulet(['groups', 'describe', 'billing']);
    const [heading, blank, ...table] = stdout.split('\n');
    expect(heading).toMatch(/^billing: Stable, 1 member, epoch \d+, assignor uniform$/);
    expect(blank).toBe('');
    const [names, ...rows] = columns(table.join('\n'));
    expect(names?.slice(-3)).toEqual(['CONSUMER-ID', 'INSTANCE-ID', 'CLIENT-ID']);
    const client = `rivulet@[^ ]+:${consuming.child.pid}`;
    expect(rows.map((row) => row.slice(0, 5))).toEqual([
      ['orders', '0', '10', '10', '0'],
      ['orders', '1', '5', '5', '0'],
      ['total lag: 0'],
    ]);
    expect(rows[0]?.slice(5).join(' ')).toMatch(new RegExp(`^[0-9a-f-]{36} one ${client}$`));
    const members = (await rivulet(['groups', 'describe', 'billing', '--members'])).stdout;
    expect(members).toMatch(new RegExp(` one +${client} +\\d+ +STABLE +2 +orders\\(0,1\\)\n$`));
    expect((await rivulet(['groups'])).stdout).toMatch(/billing +Stable +1\n/);
  });

  test('shows where a reset would lead, and goes there with --execute', async () => {
    const { rivulet } = await withGroup();
    const reset = (...args: string[]) => rivulet(['groups', 'reset-offsets', 'billing', ...args]);
    for (const [args, first, second] of [
      [['--to-latest'], 10, 5],
      [['--shift-by', '-2'], 4, 0],
      [['--to-datetime', '2000-01-01'], 0, 0],
    ] as const) {
      const { stdout } = await reset('--topic', 'orders', '--json', ...args);
      const offsets = [
        { topic: 'orders', partition: 0, offset: first },
        { topic: 'orders', partition: 1, offset: second },
      ];
      expect(JSON.parse(stdout)).toEqual({ group_id: 'billing', executed: false, offsets });
    }
    const plan = await reset('--topic', 'orders:0', '--to-earliest');
    const table =
      'TOPIC   PARTITION  CURRENT-OFFSET  NEW-OFFSET\norders          0               6           0\n';
    expect(plan).toMatchObject({ code: 0, stdout: table });
    expect(plan.stderr).toBe('nothing has been changed: --execute does it\n');
    expect(await reset('--topic', 'orders:0', '--to-earliest', '--execute')).toMatchObject({
      code: 0,
      stdout: table,
      stderr: '',
    });
    const consume = ['consume', 'orders', '--group', 'billing', '--max-records', '15'];
    expect((await rivulet(consume)).stdout.split('\n')).toHaveLength(16);
  });

  test('refuses to reset or delete a group that has members', async () => {
    const { rivulet, spawn } = await withGroup();
    const consuming = spawn(['consume', 'orders', '--group', 'billing']);
    await consuming.until('stderr', /reading partitions 0-1 of orders/);
    const reset = ['groups', 'reset-offsets', 'billing', '--topic', 'orders', '--to-earliest', '--execute'];
    for (const args of [reset, ['groups', 'delete', 'billing']]) {
      const refused = await rivulet(args);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/^rivulet: [^\n]*member[^\n]*\n$/);
    }
    await consuming.end('SIGINT');
    const deleted = await rivulet(['groups', 'delete', 'nobody', 'billing']);
    expect(deleted).toMatchObject({ code: 1, stdout: 'deleted billing\n' });
    expect(deleted.stderr).toMatch(/^rivulet: cannot delete nobody: [^\n]*\n$/);
    expect((await rivulet(['groups', 'list'])).stdout).toBe('');
    const gone = await rivulet(['groups', 'describe', 'billing']);
    expect(gone).toMatchObject({ code: 1, stdout: '', stderr: 'rivulet: There is no group billing.\n' });
  });

  test('refuses a command line that makes no sense, in one line', async () => {
    const cases: readonly [string[], string][] = [
      [['--to-earliest'], '--topic'],
      [['--topic', 'orders'], 'say where to'],
      [['--topic', 'orders', '--to-earliest', '--to-latest'], 'choose one'],
      [['--topic', 'orders:x', '--to-earliest'], 'orders:0,2, and got orders:x'],
      [['--topic', 'orders:1,1', '--to-earliest'], 'orders:1 twice'],
      [['--topic', 'orders', '--to-datetime', 'soon'], 'a time like'],
      [['--topic', 'orders', '--shift-by', 'x'], 'whole number'],
      [['--topic', 'orders', '--to-offset', '-1'], 'whole number from 0'],
    ];
    for (const [args, message] of cases) {
      const refused = await runRivulet(['groups', 'reset-offsets', 'g', ...args]);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain(message);
      expect(refused.stderr).toMatch(/^[^\n]*\n(\(add --help[^\n]*\n)?$/);
    }
  });
});
