import { expect, test } from 'vitest';
import { listen, makeConsumer, produce } from './consumers.ts';

test('a topic may be subscribed to before there is one', async () => {
  // Each heartbeat looks for new topics.
  const local = await listen({ config: { 'group.consumer.heartbeat.interval.ms': 1 } });
  const consumer = await makeConsumer(local, { topics: ['later'] });
  expect(await consumer.readNames()).toEqual([]);
  await produce(local, 'later', 0, 'made by producing to it');
  expect(await consumer.readNames()).toEqual(['later-0@0']);
});

test('more than a thousand topics are no subscription', async () => {
  const consumer = await makeConsumer(await listen());
  const names = Array.from({ length: 1_001 }, (_, at) => `t${at}`);
  expect(await consumer.ask('POST', '/subscription', { topics: names })).toMatchObject({
    status: 400,
    body: { error_code: 40002, message: expect.stringContaining('above the limit of 1000') },
  });
  await consumer.tell('POST', '/subscription', { topics: names.slice(1) });
});
