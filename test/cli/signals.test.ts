import { expect, test } from 'vitest';
import { spawnProcess } from '../support/broker-process.ts';

const signals = new URL('../../lib/cli/signals.ts', import.meta.url);
const logger = new URL('../../lib/cli/logger.ts', import.meta.url);

test.each([
  ['a rejection that nobody handles', 'void Promise.reject(new Error("no one listens"))'],
  ['an exception that nobody catches', 'setImmediate(() => { throw new Error("no one listens") })'],
])('%s is logged with its stack, and ends the process with 70', async (_what, bug) => {
  const script = `
    import { dieOfBugs } from '${signals}';
    import { makeLog } from '${logger}';
    dieOfBugs(makeLog('warn'));
    setInterval(() => undefined, 1_000);
    ${bug};`;
  const ended = await spawnProcess(process.execPath, ['--input-type=module', '-e', script], { input: '' })
    .ended;
  expect(ended).toMatchObject({ code: 70, stdout: '' });
  const logged = JSON.parse(ended.stderr);
  expect(logged).toMatchObject({ level: 60, err: { message: 'no one listens' } });
  expect(logged.err.stack).toContain('Error: no one listens');
});
