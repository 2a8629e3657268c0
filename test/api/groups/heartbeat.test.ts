import { expect, test } from 'vitest';
import { testBroker } from '../../support/broker.ts';
import { GroupClient, Member } from './group-client.ts';

test('a member that names a topic a hundred thousand times holds nobody up', async () => {
  const { broker, send } = await testBroker();
  await broker.topics.create({ name: 'quakes' });
  const group = new GroupClient(send, 'alerts');
  const one = new Member(group, 'one');
  await one.join({ subscribed_topic_names: ['quakes'] });
  const topic_partitions = Array.from({ length: 100_000 }, (_, partition) => ({
    topic_name: 'quakes',
    partitions: [partition],
  }));
  expect(await one.beat({ topic_partitions })).toMatchObject({
    status: 200,
    body: { assignment: { topic_partitions: [{ partitions: [0] }] } },
  });
});
