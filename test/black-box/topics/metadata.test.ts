import { expect, test } from 'vitest';
import { answered } from '../../support/requests.ts';
import { send } from '../support/client.ts';
import { freshName } from '../support/names.ts';
import { freshTopic } from '../support/topics.ts';

const partition = (number: number, broker: number) => ({
  partition: number,
  leader: broker,
  replicas: [{ broker, leader: true, in_sync: true }],
});

async function brokerId(): Promise<number> {
  const { body } = await answered(send('/brokers'));
  const { brokers } = body as { brokers: number[] };
  expect(brokers).toHaveLength(1);
  return brokers[0] ?? 0;
}

test('topics, partitions, offsets and brokers have the shapes of REST v2', async () => {
  const quakes = await freshTopic('quakes', { partitions: 2, configs: { 'max.message.bytes': '5000' } });
  const buses = await freshTopic('buses');
  const broker = await brokerId();
  const path = `/topics/${quakes}`;

  const { status, body: names } = await answered(send('/topics'));
  expect(status).toBe(200);
  expect((names as string[]).filter((name) => [buses, quakes].includes(name))).toEqual([buses, quakes]);
  expect(await answered(send(path))).toEqual({
    status: 200,
    body: {
      name: quakes,
      configs: expect.objectContaining({ 'max.message.bytes': '5000' }),
      partitions: [partition(0, broker), partition(1, broker)],
    },
  });
  expect(await answered(send(`${path}/partitions`))).toEqual({
    status: 200,
    body: [partition(0, broker), partition(1, broker)],
  });
  expect(await answered(send(`${path}/partitions/1`))).toEqual({ status: 200, body: partition(1, broker) });
  expect(await answered(send(`${path}/partitions/1/offsets`))).toEqual({
    status: 200,
    body: { beginning_offset: 0, end_offset: 0 },
  });
});

test.each(['', '/partitions', '/partitions/0', '/partitions/0/records', '/partitions/0/offsets'])(
  'an unknown topic is 40401 at /topics/{topic}%s, and is not made',
  async (rest) => {
    const topic = freshName('none');
    const answer = answered(send(`/topics/${topic}${rest}`));
    expect(await answer).toMatchObject({ status: 404, body: { error_code: 40401 } });
    expect((await answered(send('/topics'))).body).not.toContain(topic);
  },
);

test.each(['2', '-1', '1.5', 'first', '99999999999999999999'])(
  'there is no partition %s: 40402',
  async (number) => {
    const topic = await freshTopic('quakes', { partitions: 2 });
    for (const rest of ['', '/offsets', '/records']) {
      const answer = answered(send(`/topics/${topic}/partitions/${number}${rest}`));
      expect(await answer).toMatchObject({ status: 404, body: { error_code: 40402 } });
    }
  },
);

test('each producer gets an id of its own, and epoch 0', async () => {
  const ids = [];
  for (let count = 0; count < 3; count++) {
    const { body } = await answered(send('/producers', { method: 'POST' }));
    expect(body).toMatchObject({ producer_epoch: 0 });
    ids.push((body as { producer_id: number }).producer_id);
  }
  expect(new Set(ids).size).toBe(3);
});
