import { expect, test } from 'vitest';
import { JSON_V2, RECORD_BATCH } from '../../lib/api/http/media-types.ts';
import { allRoutes } from '../../lib/api/routes/all.ts';
import { encodeRecordBatch } from '../../lib/kafka/encode-record-batch.ts';
import { createHandler } from '../../lib/lambda/handler.ts';
import { Faults, faultyStores } from '../support/faulty-stores.ts';
import { countCalls } from './calls-in-flight.ts';
import { embeddedStores, openFunction, variables } from './function.ts';
import { type EventParts, gatewayEvent, invocation } from './gateway-events.ts';

/** A function on stores with faults, and what is in flight the moment it has replied. */
async function openCounted() {
  const faults = new Faults();
  const { stores, inFlight, begun } = countCalls(faultyStores(await embeddedStores(), faults));
  const { send } = await openFunction({ stores });
  const sent = async (parts: EventParts) => ({ answer: await send(parts), left: inFlight() });
  return { faults, stores, inFlight, begun, send: sent };
}

const produce = (value: string, topic = 't'): EventParts => ({
  method: 'POST',
  path: `/topics/${topic}`,
  headers: { 'content-type': JSON_V2 },
  body: JSON.stringify({ records: [{ value }] }),
});

test('a roll that an append has begun is over when the append is answered', async () => {
  const { begun, send } = await openCounted();
  for (let appends = 0; appends < 25; appends += 1) {
    const { answer, left } = await send(produce(`value ${appends}`));
    expect([answer.status, left]).toEqual([200, []]);
  }
  // There were some: else nothing would have gone on behind the answers.
  expect(begun.filter((operation) => operation === 'metadata.trim')).toHaveLength(2);
});

test('an append without a clear answer is decided before its request is answered', async () => {
  const { faults, send } = await openCounted();
  expect((await send(produce('first'))).answer.status).toBe(200);
  faults.order('metadata.append', 'answerLost');
  const { answer, left } = await send(produce('second'));
  expect([answer.status, answer.json(), left]).toMatchObject([200, { offsets: [{ offset: 1 }] }, []]);
});

test('a read that another one made useless is over when its request is answered', async () => {
  const { stores, faults, inFlight, send } = await openCounted();
  const value = Buffer.alloc(300_000, 'x');
  for (let offset = 0; offset < 2; offset += 1) {
    await send({
      method: 'POST',
      path: '/topics/t/partitions/0',
      headers: { 'content-type': RECORD_BATCH },
      body: encodeRecordBatch([{ timestamp: 1, key: null, value }]),
    });
  }
  // Another process, that has nothing of it in its cache.
  const { send: fetch } = await openFunction({ stores });
  faults.order('objects.get', 'notDoneForGood');
  faults.before('objects.get', async () => undefined);
  const held = faults.hold('objects.get');
  const path = '/topics/t/partitions/0/records?offset=0&max_bytes=500000';
  const replied = fetch({ path, headers: { accept: RECORD_BATCH } }).then((answer) => ({
    answer,
    left: inFlight(),
  }));
  await held.arrived;
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  held.release();
  const { answer, left } = await replied;
  expect([answer.status, left]).toEqual([200, []]);
});

test('work that outlasts the invocation does not keep its answer', async () => {
  const { stores, faults, inFlight } = await openCounted();
  const handler = createHandler({ routes: allRoutes, environment: variables, stores });
  const status = async (remainingMs: number) =>
    (await handler(gatewayEvent(produce('v')), invocation(remainingMs))).statusCode;
  for (let appends = 1; appends < 10; appends += 1) expect(await status(29_000)).toBe(200);
  const held = faults.hold('metadata.trim');
  expect(await status(501)).toBe(200);
  await held.arrived;
  expect(inFlight()).toEqual(['metadata.trim']);
  held.release();
  expect(await status(29_000)).toBe(200);
  expect(inFlight()).toEqual([]);
});
