import { expect, test } from 'vitest';
import { describeError } from '../../../lib/lambda/telemetry/describe-error.ts';
import { redact } from '../../../lib/lambda/telemetry/redact.ts';
import { openTelemetry } from '../../../lib/lambda/telemetry/telemetry.ts';
import { NotDoneError } from '../../../lib/storage/errors.ts';
import { BINARY_V2 } from '../../support/http.ts';
import { base64, binary } from '../../support/requests.ts';
import { startFunction, written } from './function-lines.ts';

const SECRET = 'hunter2hunter2';
const secretHeaders = {
  Authorization: `Basic ${base64(`key:${SECRET}`)}`,
  'Idempotency-Key': `"${SECRET}"`,
  'X-Amz-Security-Token': SECRET,
  Cookie: `session=${SECRET}`,
};

test('a line is JSON that names deployment, function and request, and tells a cold start', async () => {
  const { send, end } = await startFunction('debug');
  await send('/topics');
  await send('/topics/none');
  const { logs } = await end();
  const [first, second] = logs.filter(({ message }) => message === 'a request');
  expect(first).toMatchObject({
    level: 'DEBUG',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    service: 'quakes',
    function: 'serve',
    function_name: 'quakes-serve',
    function_request_id: 'request-1',
    cold_start: true,
    method: 'GET',
    route: '/topics',
    status: 200,
    ms: expect.any(Number),
  });
  expect(second).toMatchObject({ function_request_id: 'request-2', cold_start: false, status: 404 });
});

test('a request that fails is a line of its own, and the store that it failed for another', async () => {
  const { send, end } = await startFunction('info', 'metadata.getHeads=notDoneForGood');
  expect((await send('/topics/quakes', binary({ value: base64('a') }))).status).toBe(503);
  const { logs, metrics } = await end();
  expect(metrics).toMatchObject([{ ServerErrors: 1 }]);
  expect(logs).toMatchObject([
    { level: 'WARN', message: expect.stringMatching(/^a call to a store failed: ./), outcome: 'notDone' },
    { level: 'WARN', message: 'a request failed', route: '/topics/{topic}', status: 503 },
  ]);
});

test('neither bodies nor keys nor headers come into a log, whatever fails', async () => {
  const { send, end } = await startFunction('trace', 'metadata.append=answerLost', 'metadata.lead=notDone');
  const body = JSON.stringify({ records: [{ key: base64(SECRET), value: base64(SECRET) }] });
  const headers = { ...secretHeaders, 'Content-Type': BINARY_V2 };
  expect((await send('/topics/quakes', { method: 'POST', headers, body })).status).toBe(200);
  await send('/topics/quakes', { method: 'POST', headers, body: `{"records":[{"value":"${SECRET}` });
  await send(`/topics/${SECRET}?${SECRET}=${SECRET}`, { headers });
  await send('/bug', { method: 'POST', headers, body: SECRET });
  const { text, logs } = await end();
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(base64(SECRET));
  expect(text).not.toContain(base64(`key:${SECRET}`));
  const bug = logs.find(({ message }) => message === 'a bug: the request got 500');
  expect(bug).toMatchObject({
    level: 'ERROR',
    error: {
      name: 'Error',
      message: 'Authorization: ***\nx-amz-security-token:***',
      stack: expect.stringContaining('function-process.ts'),
      cause: { name: 'RefusedError', cause: { name: 'SyntaxError' } },
    },
  });
});

test('while a store is away, its failures are told ten times between two flushes, and then counted', () => {
  const { observeStore, flush } = openTelemetry({ name: 'quakes', logLevel: 'info', function: 'fetch' });
  const error = new NotDoneError('table "log" cannot be reached', { retriable: true });
  const call = { store: 'metadata', operation: 'getHead', outcome: 'notDone', durationMs: 1, error } as const;
  const lines = written(() => {
    for (let at = 0; at < 14; at += 1) observeStore({ ...call, bytesIn: 0, bytesOut: 0, items: 1 });
    flush();
    flush();
  });
  const logs = lines.map((line) => JSON.parse(line));
  expect(logs.slice(0, -1)).toEqual(
    Array.from({ length: 10 }, () =>
      expect.objectContaining({ message: 'a call to a store failed: table "log" cannot be reached' }),
    ),
  );
  expect(logs.at(-1)).toMatchObject({ message: 'more calls to stores failed', calls: 4 });
});

test('what says who somebody is, is taken out of a text; the rest stays', () => {
  expect(redact('authorization:AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=ff\nhost:a')).toBe(
    'authorization:***\nhost:a',
  );
  expect(redact("'x-amz-security-token': 'abc'")).toBe("'x-amz-security-token': ***");
  expect(redact('sent Bearer ab.c-d twice')).toBe('sent Bearer *** twice');
  expect(redact('?X-Amz-Signature=ff&a=1')).toBe('?X-Amz-Signature=***&a=1');
  expect(redact('table "log" is throttled')).toBe('table "log" is throttled');
  expect(redact('x'.repeat(3_000)).length).toBeLessThan(2_100);
});

test('causes and frames of an error are bounded', () => {
  const causes = (depth: number): Error =>
    depth === 0 ? new Error('last') : new Error('more', { cause: causes(depth - 1) });
  let described = describeError(causes(50)).cause;
  let depth = 0;
  for (; described !== undefined; depth += 1) described = described.cause;
  expect(depth).toBe(5);
});
