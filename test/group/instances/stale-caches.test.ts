import { expect, test } from 'vitest';
import { openStores } from '../../log/test-logs.ts';
import { HastyRuntime } from '../../log/test-runtime.ts';
import { newName, newTopic } from '../test-groups.ts';
import { append, CONFIG, openInstances, readNames } from './test-instances.ts';

/** Two processes of one broker, of which one believes that a topic still has one partition. */
async function setUp() {
  const stores = await openStores();
  const runtime = new HastyRuntime();
  const [here, there] = [openInstances(stores, { runtime }), openInstances(stores, { runtime })];
  const topic = await newTopic(here.groups, 1);
  await there.groups.topics.get(topic);
  await here.groups.topics.addPartitions(topic, 2);
  for (const partition of [0, 1]) await append(here.groups, topic, partition, 2);
  const groupId = newName('group');
  await here.create(groupId, 'reader', CONFIG);
  return { here, there, topic, groupId };
}

const all = ['0@0', '0@1', '1@0', '1@1'];

test('partitions that have only just been added can be assigned, committed and asked for', async () => {
  const { there, topic, groupId } = await setUp();
  await there.assign(groupId, 'reader', [{ topic, partition: 1 }]);
  expect(await readNames(there, groupId, 'reader')).toEqual(['1@0', '1@1']);
  await there.commit(groupId, 'reader', undefined);
  expect(await there.committed(groupId, 'reader', [{ topic, partition: 1 }])).toMatchObject([{ offset: 2 }]);
});

test('what an assigned instance holds is not let go of for what another process believes', async () => {
  const { here, there, topic, groupId } = await setUp();
  const partitions = [0, 1].map((partition) => ({ topic, partition }));
  await here.assign(groupId, 'reader', partitions);
  expect(await readNames(here, groupId, 'reader')).toEqual(all);
  expect(await readNames(there, groupId, 'reader')).toEqual([]);
  expect(await readNames(here, groupId, 'reader')).toEqual([]);
});

test('nor when the topic was deleted and made again', async () => {
  const { here, there, topic, groupId } = await setUp();
  await here.groups.topics.delete(topic);
  await here.groups.topics.create({ name: topic, partitionCount: 1 });
  await append(here.groups, topic, 0, 1);
  await here.assign(groupId, 'reader', [{ topic, partition: 0 }]);
  expect(await readNames(here, groupId, 'reader')).toEqual(['0@0']);
  expect(await readNames(there, groupId, 'reader')).toEqual([]);
  expect(await readNames(here, groupId, 'reader')).toEqual([]);
});

test('a member begins, and commits, what another process has heard of first', async () => {
  const { here, there, topic, groupId } = await setUp();
  await here.subscribe(groupId, 'reader', { topicNames: [topic], pattern: undefined });
  // Joined for it, but not written down.
  const stopped = here.groups.faults.hold('metadata.getMany');
  const frozen = readNames(here, groupId, 'reader');
  await stopped.arrived;
  expect(await readNames(there, groupId, 'reader')).toEqual(all);
  await there.commit(groupId, 'reader', undefined);
  stopped.release();
  expect(await frozen).toEqual([]);
});
