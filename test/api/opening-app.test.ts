import { expect, test } from 'vitest';
import { createApp } from '../../lib/api/app.ts';
import { createOpeningApp } from '../../lib/api/opening-app.ts';
import { allRoutes } from '../../lib/api/routes/all.ts';
import { FormatVersionError } from '../../lib/cluster/cluster-meta.ts';
import { KafkaError } from '../../lib/kafka/errors.ts';
import { NotDoneError } from '../../lib/storage/errors.ts';
import { testBroker } from '../support/broker.ts';

/** Opens with these errors, one each, and then with the broker. */
async function opening(...errors: unknown[]) {
  const { broker } = await testBroker();
  const bugs: unknown[] = [];
  const onBug = (error: unknown) => bugs.push(error);
  let opened = 0;
  const open = async () => {
    opened += 1;
    if (errors.length > 0) throw errors.shift();
    return createApp(broker, allRoutes, { onBug });
  };
  const app = createOpeningApp(open, { onBug });
  const status = async () => (await app(new Request('http://broker.test/healthz'))).status;
  return { app, status, bugs, opened: () => opened };
}

/** The same, with a log. */
async function openingAloud(...errors: Error[]) {
  const heard: unknown[] = [];
  const open = async () => {
    throw errors.shift();
  };
  return { heard, app: createOpeningApp(open, { onUnavailable: (error) => heard.push(error) }) };
}

test('a broker is opened by the first request, once for all that come meanwhile', async () => {
  const { status, opened } = await opening();
  expect(opened()).toBe(0);
  expect(await Promise.all([status(), status(), status()])).toEqual([200, 200, 200]);
  expect(await status()).toBe(200);
  expect(opened()).toBe(1);
});

test('while it cannot be opened, requests hear why and when to come again, and each tries anew', async () => {
  const missing = new NotDoneError('DynamoDB table "log" does not exist: create it', { retriable: false });
  const { app, status, bugs } = await opening(
    missing,
    new FormatVersionError('start it with a newer release'),
  );
  const first = await app(new Request('http://broker.test/topics'));
  expect([first.status, first.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await first.json()).toEqual({ error_code: 50303, message: missing.message });
  expect(await status()).toBe(503);
  expect(await status()).toBe(200);
  expect(bugs).toEqual([]);
});

test('where the log hears why it cannot be opened, nobody else does', async () => {
  const { app, heard } = await openingAloud(
    new NotDoneError('DynamoDB table "log" may not be asked by role/secret', { retriable: false }),
    new KafkaError('KAFKA_STORAGE_ERROR', 'There is no cluster yet.'),
  );
  const ask = async () => (await app(new Request('http://broker.test/topics'))).json();
  expect(await ask()).toEqual({ error_code: 50303, message: expect.stringContaining('its log says why') });
  expect(heard.map(String)).toEqual([expect.stringContaining('role/secret')]);
  expect(await ask()).toEqual({ error_code: 50303, message: 'There is no cluster yet.' });
  expect(heard.length).toBe(1);
});

test('a bug is for the log, not for the client', async () => {
  const bug = new TypeError('secret');
  const { app, bugs } = await opening(bug);
  const response = await app(new Request('http://broker.test/topics'));
  expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('secret')]);
  expect(bugs).toEqual([bug]);
});
