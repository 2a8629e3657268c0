import { expect, test } from 'vitest';
import { testBroker } from '../../support/broker.ts';
import { answered, binary } from '../../support/requests.ts';

const PATH = '/topics/quakes/partitions/0/records';

test('a client that goes away ends its wait', async () => {
  const { send } = await testBroker({ 'fetch.wait.limit.ms': 3_600_000 });
  await send('/topics/quakes', binary({ value: '' }));
  const client = new AbortController();
  const parked = send(`${PATH}?offset=1&timeout=3600000`, { signal: client.signal });
  client.abort();
  expect(await (await parked).json()).toEqual([]);
});

test('a topic that another process deleted is 40401', async () => {
  const { broker, send } = await testBroker();
  const topic = await broker.topics.create({ name: 'quakes' });
  await broker.topics.delete('quakes');
  const invalidated: string[] = [];
  // This one still believes that it is there.
  broker.topics.get = async () => topic;
  broker.topics.invalidate = (name) => invalidated.push(name);
  for (const path of [PATH, `${PATH}?offset=0`, '/topics/quakes/partitions/0/offsets']) {
    expect(await answered(send(path))).toMatchObject({ status: 404, body: { error_code: 40401 } });
  }
  expect(invalidated).toEqual(['quakes', 'quakes', 'quakes']);
});
