import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rivuletFile, spawnProcess, whenReady } from '../support/broker-process.ts';
import { produceJson } from '../support/http.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** One system call, from when it began to when it was over, counted in lines of the trace. */
interface SystemCall {
  readonly name: string;
  readonly text: string;
  readonly begun: number;
  readonly over: number;
}

const CALLS = [
  'fsync',
  'fdatasync',
  'rename',
  'renameat',
  'renameat2',
  'write',
  'writev',
  'pwrite64',
  'pwritev',
];

/** A line of `strace -f`: the process, then a call, the beginning of one, or its end. */
const LINE = /^(\d+) +(?:(\w+)\((.*)|<\.\.\. (\w+) resumed>(.*))$/;

function parseTrace(trace: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, { name: string; text: string; begun: number }>();
  trace.split('\n').forEach((line, at) => {
    const [, pid = '', name, text = '', resumed, rest = ''] = line.match(LINE) ?? [];
    if (name !== undefined && text.endsWith('<unfinished ...>')) {
      unfinished.set(pid, { name, text, begun: at });
    } else if (name !== undefined) {
      calls.push({ name, text, begun: at, over: at });
    } else if (resumed !== undefined) {
      const begun = unfinished.get(pid);
      if (begun !== undefined) calls.push({ ...begun, text: begun.text + rest, over: at });
    }
  });
  return calls.toSorted((a, b) => a.begun - b.begun);
}

const isSync = ({ name, text }: SystemCall): boolean => name.endsWith('sync') && text.endsWith('= 0');
const isAnswer = ({ name, text }: SystemCall): boolean =>
  name.startsWith('write') && text.includes('HTTP/1.1 200') && text.includes('vnd.kafka.v2+json');

test('everything that an answer stands on is fsynced before the answer is written', async ({ skip }) => {
  const strace = spawnSync('strace', ['-V']);
  if (strace.error !== undefined) skip('there is no strace on this machine');
  const folder = await tempFolder();
  const file = join(folder, 'trace');
  const data = join(folder, 'data');
  const options = ['-f', '-y', '-s', '200', '-e', `trace=${CALLS.join(',')}`, '-o', file];
  const start = [process.execPath, rivuletFile, 'start', '--port', '0', '--data', data];
  const traced = await whenReady(spawnProcess('strace', [...options, ...start]));
  await produceJson(traced.url, 'orders', [{ value: 'small' }]);
  await produceJson(traced.url, 'orders', [{ value: 'x'.repeat(500_000) }]);
  const { pid } = JSON.parse(await readFile(join(data, 'holder.json'), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGTERM');
  expect(await traced.process.ended).toMatchObject({ code: 0 });

  const calls = parseTrace(await readFile(file, 'utf8'));
  const [small, large] = calls.filter(isAnswer);
  if (small === undefined || large === undefined) throw new Error('there are not two answers in the trace');

  // The small one: its records are in SQLite's log, and nothing was written there after the last sync.
  const walBeforeSmall = calls.filter(({ text, begun }) => text.includes('-wal>') && begun < small.begun);
  const lastWalWrite = walBeforeSmall.findLast(({ name }) => name.startsWith('pwrite'));
  const lastWalSync = walBeforeSmall.findLast(isSync);
  expect(lastWalSync?.begun).toBeGreaterThan(lastWalWrite?.over ?? Number.NaN);
  expect(lastWalSync?.over).toBeLessThan(small.begun);

  // The large one: file, name, folder and then the commit that refers to it, each over before the next begins.
  const between = calls.filter(({ begun }) => begun > small.begun && begun < large.begun);
  const rename = between.find(({ name, text }) => name.startsWith('rename') && text.includes('/intake/'));
  const unfinishedName = rename?.text.match(/"([^"]+)"/)?.[1] ?? 'no rename';
  const fileSync = between.find((call) => isSync(call) && call.text.includes(unfinishedName));
  const folderSync = between.find((call) => isSync(call) && /objects\/intake>/.test(call.text));
  const commit = between.findLast((call) => isSync(call) && call.text.includes('-wal>'));
  const steps = [fileSync, rename, folderSync, commit, large];
  expect(steps.every((step) => step !== undefined)).toBe(true);
  for (const [at, step] of steps.entries()) {
    if (at > 0) expect(step?.begun).toBeGreaterThan(steps[at - 1]?.over ?? Number.NaN);
  }
});
