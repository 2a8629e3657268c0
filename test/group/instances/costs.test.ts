import { expect, test } from 'vitest';
import { openStores } from '../../log/test-logs.ts';
import { countCalls, newName, newTopic } from '../test-groups.ts';
import { append, CONFIG, openInstances, readNames } from './test-instances.ts';

async function setUp() {
  const here = openInstances(await openStores());
  const topic = await newTopic(here.groups, 2);
  const groupId = newName('group');
  await here.create(groupId, 'reader', CONFIG);
  const costOfRead = async (): Promise<Record<string, number>> => {
    const from = here.groups.calls.length;
    await readNames(here, groupId, 'reader');
    return countCalls(here.groups.calls, from);
  };
  return { here, topic, groupId, costOfRead };
}

test('a read of an assigned instance that finds nothing reads its item and the heads, and writes nothing', async () => {
  const { here, topic, groupId, costOfRead } = await setUp();
  const partitions = [0, 1].map((partition) => ({ topic, partition }));
  await here.assign(groupId, 'reader', partitions);
  await costOfRead();
  expect(await costOfRead()).toEqual({ 'metadata.get': 1, 'metadata.getHead': 2 });
  await append(here.groups, topic, 0);
  expect(await costOfRead()).toMatchObject({ 'metadata.write': 1 });
});

test('one of a subscribed instance is a heartbeat beside that', async () => {
  const { here, topic, groupId, costOfRead } = await setUp();
  await here.subscribe(groupId, 'reader', { topicNames: [topic], pattern: undefined });
  await costOfRead();
  expect(await costOfRead()).toEqual({ 'metadata.get': 2, 'metadata.getHead': 2, 'metadata.write': 1 });
  await append(here.groups, topic, 0);
  expect(await costOfRead()).toMatchObject({ 'metadata.write': 2 });
});
