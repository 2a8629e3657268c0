import { expect, test } from 'vitest';
import { type BrokerProcess, startBroker } from '../../../support/broker-process.ts';
import { createTopic } from '../../../support/http.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { ask, Consumer, produce } from './consumers.ts';

async function makeReader({ url }: BrokerProcess, topic: string): Promise<Consumer> {
  const config = { name: 'reader', format: 'json', 'auto.offset.reset': 'earliest' };
  const { body } = await ask('POST', `${url}/consumers/group`, config);
  const consumer = new Consumer((body as { base_uri: string }).base_uri);
  await consumer.tell('POST', '/subscription', { topics: [topic] });
  return consumer;
}

test('an instance outlives a broker that is killed, and goes on where it was', async () => {
  const folder = await tempFolder();
  const first = await startBroker(folder);
  await produce(first, 'quakes', 0, 'a', 'b');
  const consumer = await makeReader(first, 'quakes');
  expect(await consumer.readNames()).toEqual(['quakes-0@0', 'quakes-0@1']);
  await first.process.end('SIGKILL');

  const second = await startBroker(folder);
  await produce(second, 'quakes', 0, 'c');
  const restarted = consumer.through(second);
  expect(await restarted.readNames()).toEqual(['quakes-0@2']);
  expect(await restarted.assignments()).toEqual(['quakes-0']);
});

test.each([
  ['has a partition', 1],
  ['has nothing yet', 0],
])('a broker that is asked to stop answers at once whoever waits and %s', async (_, partitions) => {
  const broker = await startBroker(await tempFolder());
  if (partitions > 0) await createTopic(broker.url, 'quakes', partitions);
  const consumer = await makeReader(broker, 'quakes');
  await consumer.read();
  const read = consumer.readNames('timeout=28000');
  // It has come: the broker answers this only after it has begun with that.
  await consumer.assignments();
  expect(await broker.process.end('SIGTERM')).toMatchObject({ code: 0 });
  expect(await read).toEqual([]);
});
