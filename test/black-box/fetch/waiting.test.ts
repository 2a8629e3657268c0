import { expect, test } from 'vitest';
import { base64, binary } from '../../support/requests.ts';
import { send } from '../support/client.ts';
import { partitionPath } from '../support/records.ts';
import { freshTopic } from '../support/topics.ts';

const WAIT_MS = 20_000;

/** A topic with one record. */
async function setUp(): Promise<string> {
  const topic = await freshTopic();
  await send(`/topics/${topic}`, binary({ value: base64('first') }));
  return topic;
}

test('a fetch that waits is answered when a record commits, and not at the end of its time', async () => {
  const topic = await setUp();
  const startMs = performance.now();
  const parked = send(`${partitionPath(topic)}/records?offset=1&timeout=${WAIT_MS}`);
  await send(`/topics/${topic}`, binary({ value: base64('second') }));
  expect(await (await parked).json()).toMatchObject([{ offset: 1, value: base64('second') }]);
  expect(performance.now() - startMs).toBeLessThan(WAIT_MS / 2);
});

test('a fetch waits for min_bytes', async () => {
  const topic = await setUp();
  const parked = send(`${partitionPath(topic)}/records?offset=0&min_bytes=120&timeout=${WAIT_MS}`);
  await send(`/topics/${topic}`, binary({ value: base64('second') }));
  expect(await (await parked).json()).toHaveLength(2);
});

test('a fetch of nothing waits as long as it says', async () => {
  const topic = await setUp();
  const startMs = performance.now();
  const answer = await send(`${partitionPath(topic)}/records?offset=1&timeout=700`);
  expect([answer.status, await answer.json()]).toEqual([200, []]);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(650);
});
