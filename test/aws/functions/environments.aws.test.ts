import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { run } from '../../../scripts/test-aws/install.ts';
import { bundleFunction } from '../../functions/runtime/bundle.ts';
import { LambdaFunction } from '../../functions/runtime/lambda-function.ts';
import { temporaryFolder } from '../../storage/temporary-folder.ts';

const TIMEOUT_MS = 10_000;
const { native, http } = inject('runtimes');
const runtimes = [
  ['with its native client', native],
  ['with a client over HTTP', http],
] as const;

describe.each(runtimes.filter(([, runtime]) => runtime !== undefined))('aws-lambda-ric %s', (_, runtime) => {
  const folder = temporaryFolder();
  let code: string;

  beforeAll(async () => {
    code = await bundleFunction('test/functions/runtime/probe.ts', join(folder.path, 'probe'));
  });

  afterAll(() => folder[Symbol.dispose]());

  function deploy({ timeoutMs = TIMEOUT_MS, environmentsMax = 2, probe = '' } = {}): LambdaFunction {
    const deployed = new LambdaFunction({
      functionName: 'probe',
      runtime: runtime ?? '',
      code,
      timeoutMs,
      environmentsMax,
      variables: async () => ({ PROBE: probe }),
    });
    onTestFinished(() => deployed.close());
    return deployed;
  }

  async function tell(deployed: LambdaFunction, event: object): Promise<unknown> {
    const outcome = await deployed.invoke(JSON.stringify(event));
    return 'body' in outcome ? { kind: outcome.kind, ...JSON.parse(outcome.body) } : outcome;
  }

  const isStopped = async (pid: number): Promise<boolean> =>
    (await run('ps', ['-o', 'stat=', '-p', String(pid)])).startsWith('T');

  test('runs invocations one after the other in one process, which is stopped in between', async () => {
    const deployed = deploy();
    const told = { kind: 'response', _HANDLER: 'index.handler', AWS_LAMBDA_FUNCTION_NAME: 'probe' };
    const first = (await tell(deployed, { do: 'tell' })) as { pid: number; awsRequestId: string };
    expect(first).toMatchObject({ ...told, invokedFunctionArn: expect.stringMatching(/:function:probe$/) });
    const { remainingMs } = first as unknown as { remainingMs: number };
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(TIMEOUT_MS);
    await deployed.settled();
    expect(await isStopped(first.pid)).toBe(true);
    const second = (await tell(deployed, { do: 'tell' })) as typeof first;
    expect(second.pid).toBe(first.pid);
    expect(second.awsRequestId).not.toBe(first.awsRequestId);
    expect(deployed.coldStarts).toBe(1);
  });

  test('tells what a function threw, and goes on with its process', async () => {
    const deployed = deploy();
    const failed = { kind: 'error', errorType: 'RangeError', errorMessage: 'as it was told' };
    expect(await tell(deployed, { do: 'fail' })).toMatchObject(failed);
    await deployed.settled();
    expect(await tell(deployed, { do: 'tell' })).toMatchObject({ kind: 'response' });
    expect(deployed.coldStarts).toBe(1);
  });

  test.each([
    ['ends', { do: 'exit' }, 'Runtime.ExitError', TIMEOUT_MS],
    ['takes longer than it may', { do: 'wait', ms: 60_000 }, 'Sandbox.Timedout', 1_000],
  ])('a process that %s is replaced', async (_, event, error, timeoutMs) => {
    const deployed = deploy({ timeoutMs });
    expect(await tell(deployed, event)).toEqual({ kind: 'ended', error });
    await deployed.settled();
    expect(await tell(deployed, { do: 'tell' })).toMatchObject({ kind: 'response' });
    expect(deployed.coldStarts).toBe(2);
  });

  test('runs as many processes as there are invocations at once, up to a number', async () => {
    const deployed = deploy();
    const outcomes = await Promise.all([1, 2, 3].map(() => deployed.invoke('{"do":"wait","ms":100}')));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['response', 'response', 'throttled']);
  });

  test('says why a function does not load', async () => {
    const deployed = deploy({ probe: 'does not load' });
    await expect(deployed.invoke('{}')).rejects.toThrow('the probe does not load');
  });
});
