import { describe, expect, test } from 'vitest';
import { consumerInstancesRange } from '../../../../lib/storage/keys.ts';
import { ask, type Listening, listen, listenTwice, makeConsumer, produce } from './consumers.ts';

const TIMEOUT_MS = 60_000;
const config = { 'consumer.instance.timeout.ms': TIMEOUT_MS };
const gone = { status: 404, body: { error_code: 40403 } };

async function storedInstances({ stores }: Listening): Promise<number> {
  const range = consumerInstancesRange('group');
  return (await stores.metadata.query({ ...range, limit: 1_000, direction: 'forward' })).length;
}

describe.each([
  ['subscribed', { topics: ['quakes'] }],
  ['assigned', { partitions: [{ topic: 'quakes', partition: 0 }] }],
])('an instance that is %s', (_, reads) => {
  test('is gone once nobody has wanted anything of it for its timeout', async () => {
    const local = await listen({ config });
    await produce(local, 'quakes', 0, 'a');
    const consumer = await makeConsumer(local, reads);
    await consumer.read();
    local.clock.advance(TIMEOUT_MS + 1);
    expect(await consumer.ask('GET', '/records')).toMatchObject(gone);
    expect(await storedInstances(local)).toBe(0);
    const groups = await local.broker.groups.list();
    expect(groups.flatMap(({ memberCount }) => memberCount)).toEqual(groups.map(() => 0));
  });

  test('lives as long as it is read, also when there is nothing', async () => {
    const local = await listen({ config });
    await local.broker.topics.create({ name: 'quakes' });
    const consumer = await makeConsumer(local, reads);
    for (const part of [0.4, 0.95, 0.1, 0.95, 0.4, 0.4, 0.9]) {
      expect(await consumer.readNames()).toEqual([]);
      local.clock.advance(TIMEOUT_MS * part);
    }
    await produce(local, 'quakes', 0, 'a');
    expect(await consumer.readNames()).toEqual(['quakes-0@0']);
  });

  test('lives as long as anything else is asked of it', async () => {
    const local = await listen({ config });
    await produce(local, 'quakes', 0, 'a');
    const consumer = await makeConsumer(local, reads);
    for (const path of ['/assignments', '/subscription', '/offsets?partitions=quakes:0']) {
      local.clock.advance(TIMEOUT_MS);
      expect(await consumer.ask('GET', path)).toMatchObject({ status: 200 });
    }
    local.clock.advance(TIMEOUT_MS);
    expect(await consumer.ask('POST', '/offsets')).toMatchObject({ status: 200 });
    local.clock.advance(TIMEOUT_MS);
    expect(await consumer.readNames()).toEqual(['quakes-0@0']);
  });
});

test('the name of one that is idle is free, its partitions too', async () => {
  const [here, there] = await listenTwice({ config });
  await produce(here, 'quakes', 0, 'a');
  const first = await makeConsumer(here, { topics: ['quakes'] }, { name: 'reader' });
  await first.read();
  const taken = await ask('POST', `${there.url}/consumers/group`, { name: 'reader' });
  expect(taken).toMatchObject({ status: 409, body: { error_code: 40902 } });
  here.clock.advance(TIMEOUT_MS + 1);
  const second = await makeConsumer(there, { topics: ['quakes'] }, { name: 'reader' });
  expect(await here.broker.groups.list()).toMatchObject([{ memberCount: 0 }]);
  expect(await second.readNames()).toEqual(['quakes-0@0']);
  const { members } = await here.broker.groups.describe('group');
  expect(members).toHaveLength(1);
  // It is the same name, and so the same instance, to whoever had it before.
  expect(await first.readNames()).toEqual([]);
});

test('whoever makes an instance removes idle ones that nobody asks for any more', async () => {
  const local = await listen({ config });
  for (const name of ['b', 'c', 'd']) await makeConsumer(local, { topics: ['quakes'] }, { name });
  local.clock.advance(TIMEOUT_MS / 2);
  await makeConsumer(local, {}, { name: 'e' });
  expect(await storedInstances(local)).toBe(4);
  local.clock.advance(TIMEOUT_MS / 2 + 1);
  await makeConsumer(local, {}, { name: 'a' });
  expect(await storedInstances(local)).toBe(2);
});

test('reads that find nothing write nothing for an instance that has just been used', async () => {
  const local = await listen({ config });
  await local.broker.topics.create({ name: 'quakes' });
  const consumer = await makeConsumer(local, { partitions: [{ topic: 'quakes', partition: 0 }] });
  await consumer.read();
  const versionOf = async () => {
    const range = consumerInstancesRange('group');
    const [item] = await local.stores.metadata.query({ ...range, limit: 1, direction: 'forward' });
    return item?.version;
  };
  const before = await versionOf();
  for (let read = 0; read < 5; read += 1) await consumer.read();
  expect(await versionOf()).toBe(before);
});
