import { expect, test } from 'vitest';
import { asEpoch } from '../../../lib/kafka/types.ts';
import { Sender } from '../../../lib/storage/aws/sender.ts';
import { openDynamoDBMetadataStore } from '../../../lib/storage/dynamodb/dynamodb-metadata-store.ts';
import { NotDoneError, UnknownOutcomeError } from '../../../lib/storage/errors.ts';
import { hastyClock } from '../../aws/hasty-clock.ts';
import { bytes } from '../head-commands.ts';
import { newAppend, PARTITION } from '../metadata-store-contract/given.ts';
import { dynamodbError, openServer } from './answering-server.ts';

const LIMITS = { attemptMs: 1000, deadlineMs: 5000 };

const throttled = () =>
  Promise.reject(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));

test('waits between throttled attempts are jittered, double up to a second, and end before the deadline', async () => {
  const clock = hastyClock(() => 0.999);
  const sender = new Sender('table', LIMITS, clock);
  await expect(sender.operation(() => sender.write(throttled))).rejects.toThrow(/table is throttled/);
  const waits = clock.slept.map(Math.round);
  expect(waits.slice(0, 7)).toEqual([25, 50, 100, 200, 400, 799, 999]);
  const slept = clock.slept.reduce((sum, ms) => sum + ms, 0);
  expect(slept).toBeLessThan(LIMITS.deadlineMs - LIMITS.attemptMs);
  expect(slept).toBeGreaterThan(LIMITS.deadlineMs - LIMITS.attemptMs - 1000);

  const lucky = hastyClock(() => 0);
  let attempts = 0;
  const work = () => (++attempts < 20 ? throttled() : Promise.resolve('done'));
  const other = new Sender('table', LIMITS, lucky);
  expect(await other.operation(() => other.write(work))).toBe('done');
  expect(Math.max(...lucky.slept)).toBe(0);
});

test('a caller may set a deadline of its own', async () => {
  const clock = hastyClock(() => 0.999);
  const sender = new Sender('table', LIMITS, clock).within(120);
  await expect(sender.operation(() => sender.read(throttled))).rejects.toThrow(NotDoneError);
  expect(clock.slept.map(Math.round)).toEqual([25, 50]);
});

test('a repeat that would be cut short is not sent: what was not done stays so', async () => {
  let attempts = 0;
  const throttledThenSilent = () => (++attempts < 2 ? throttled() : new Promise<never>(() => undefined));
  const sender = new Sender(
    'table',
    { attemptMs: 1000, deadlineMs: 100 },
    hastyClock(() => 0.999),
  );
  const late = sender.operation(() => sender.write(throttledThenSilent));
  await expect(late).rejects.toThrow(UnknownOutcomeError); // 25 ms passed, and there was time
  attempts = 0;
  const hurried = sender.within(33);
  const later = hurried.operation(() => hurried.write(throttledThenSilent));
  await expect(later).rejects.toThrow(NotDoneError); // 25 of 33 ms passed
  expect(attempts).toBe(1);
});

test('closing waits for whole operations, and closes every view of the sender', async () => {
  const sender = new Sender('table', LIMITS, hastyClock());
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const operation = sender.operation(async () => {
    await sender.write(() => first.promise);
    await sender.write(() => second.promise);
  });
  let closed = false;
  const closing = sender.close().then(() => {
    closed = true;
  });
  first.resolve();
  await new Promise(setImmediate);
  expect(closed).toBe(false);
  second.resolve();
  await operation;
  await closing;
  await expect(sender.within(1).operation(async () => undefined)).rejects.toThrow(/was closed/);
});

test('an append behind one without an answer is held back, and other heads are not', async () => {
  const cut: string[] = [];
  const server = await openServer((response, request) => {
    cut.push(String(request.headers['x-amz-target']));
    response.socket?.destroy();
  });
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  const store = openDynamoDBMetadataStore({ endpoint: server.endpoint, region: 'eu-west-1', table: 'log' });
  const other = { ...PARTITION, partition: 7 };
  const outcomes = await store.append({
    appends: [newAppend('a'), newAppend('b'), newAppend('c', { partition: other })],
  });
  expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', 'notDone', 'unknown']);
  expect(cut.length).toBe(2); // each sent once
  await store.close();
});

test('an append behind one that was throttled until its deadline is not tried: it would be throttled as long', async () => {
  const server = await openServer(dynamodbError('ThrottlingException'));
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  const open = () => {
    const clock = hastyClock(() => 0.999);
    return openDynamoDBMetadataStore({ endpoint: server.endpoint, region: 'eu-west-1', table: 'log', clock });
  };
  const [one, three] = [open(), open()];
  await one.append({ appends: [newAppend('a')] });
  const alone = server.requests.length;
  const outcomes = await three.append({ appends: [newAppend('a'), newAppend('b'), newAppend('c')] });
  expect(outcomes.map(({ kind }) => kind)).toEqual(['notDone', 'notDone', 'notDone']);
  expect(server.requests.length - alone).toBe(alone);
  await one.close();
  await three.close();
});

test('an attempt ends at its limit, also where the SDK does not heed it: while it looks for credentials', async () => {
  const sender = new Sender('table', { attemptMs: 20, deadlineMs: 5000 }, hastyClock());
  const never = () => new Promise<void>(() => undefined);
  await expect(sender.operation(() => sender.read(never))).rejects.toThrow(/table did not answer in time/);
  await expect(sender.operation(() => sender.write(never))).rejects.toThrow(UnknownOutcomeError);
});

test('no head is touched when the inline intake was not kept', async () => {
  const server = await openServer(dynamodbError('AccessDeniedException'));
  const store = openDynamoDBMetadataStore({ endpoint: server.endpoint, region: 'eu-west-1', table: 'log' });
  const intake = { objectId: 'm1', data: bytes('slices') };
  const appends = [newAppend('a', { epoch: asEpoch(0) })];
  await expect(store.append({ intake, appends })).rejects.toThrow(NotDoneError);
  expect(server.requests).toEqual(['POST DynamoDB_20120810.PutItem']);
  await store.close();
});
