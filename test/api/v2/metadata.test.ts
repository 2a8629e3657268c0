import { expect, test } from 'vitest';
import { testBroker } from '../../support/broker.ts';
import { answered } from '../../support/requests.ts';

const partition = (number: number) => ({
  partition: number,
  leader: 1,
  replicas: [{ broker: 1, leader: true, in_sync: true }],
});

test('topics, partitions, offsets and brokers have the shapes of REST v2', async () => {
  const { broker, send } = await testBroker();
  await broker.topics.create({ name: 'quakes', partitionCount: 2, configs: { 'max.message.bytes': '5000' } });
  await broker.topics.create({ name: 'buses' });

  expect(await answered(send('/topics'))).toEqual({ status: 200, body: ['buses', 'quakes'] });
  expect(await answered(send('/topics/quakes'))).toEqual({
    status: 200,
    body: {
      name: 'quakes',
      configs: { 'max.message.bytes': '5000', 'message.timestamp.type': 'CreateTime' },
      partitions: [partition(0), partition(1)],
    },
  });
  expect(await answered(send('/topics/quakes/partitions'))).toEqual({
    status: 200,
    body: [partition(0), partition(1)],
  });
  expect(await answered(send('/topics/quakes/partitions/1'))).toEqual({ status: 200, body: partition(1) });
  expect(await answered(send('/topics/quakes/partitions/1/offsets'))).toEqual({
    status: 200,
    body: { beginning_offset: 0, end_offset: 0 },
  });
  expect(await answered(send('/brokers'))).toEqual({ status: 200, body: { brokers: [1] } });
});

test.each([
  '/topics/none',
  '/topics/none/partitions',
  '/topics/none/partitions/0',
  '/topics/none/partitions/0/records',
])('an unknown topic is 40401 at %s, and is not made', async (path) => {
  const { send } = await testBroker();
  expect(await answered(send(path))).toMatchObject({ status: 404, body: { error_code: 40401 } });
  expect(await answered(send('/topics'))).toMatchObject({ body: [] });
});

test.each(['2', '-1', '1.5', 'first', '99999999999999999999'])(
  'there is no partition %s: 40402',
  async (number) => {
    const { broker, send } = await testBroker();
    await broker.topics.create({ name: 'quakes', partitionCount: 2 });
    for (const rest of ['', '/offsets', '/records']) {
      const answer = answered(send(`/topics/quakes/partitions/${number}${rest}`));
      expect(await answer).toMatchObject({ status: 404, body: { error_code: 40402 } });
    }
  },
);

test('each producer gets an id of its own, and epoch 0', async () => {
  const { send } = await testBroker();
  const ids = [];
  for (let count = 0; count < 3; count++) {
    const { body } = await answered(send('/producers', { method: 'POST' }));
    expect(body).toMatchObject({ producer_epoch: 0 });
    ids.push((body as { producer_id: number }).producer_id);
  }
  expect(new Set(ids).size).toBe(3);
});
