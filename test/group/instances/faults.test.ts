import { describe, expect, test } from 'vitest';
import { openStores } from '../../log/test-logs.ts';
import { HastyRuntime } from '../../log/test-runtime.ts';
import type { Fault } from '../../support/faulty-stores.ts';
import { newName, newTopic } from '../test-groups.ts';
import { append, CONFIG, openInstances, readNames, refusalOf, type TestInstances } from './test-instances.ts';

/** Two processes of one broker, and a topic with one partition that `assigned` reads by itself, and nobody subscribes to. */
async function setUp() {
  const stores = await openStores();
  const runtime = new HastyRuntime();
  const [here, there] = [openInstances(stores, { runtime }), openInstances(stores, { runtime })];
  const topic = await newTopic(here.groups, 1);
  const groupId = newName('group');
  await here.create(groupId, 'assigned', CONFIG);
  await here.assign(groupId, 'assigned', [{ topic, partition: 0 }]);
  await here.create(groupId, 'subscribed', CONFIG);
  await here.subscribe(groupId, 'subscribed', { topicNames: [topic], pattern: undefined });
  return { here, there, topic, groupId };
}

describe('positions whose write is in doubt', () => {
  test.each<[string, Fault[]]>([
    ['not written at first', ['notDone']],
    ['written, and nobody hears of it', ['answerLost']],
    ['lost', ['lost']],
    ['lost twice, then written unheard', ['lost', 'lost', 'answerLost']],
    ['late', ['late']],
    ['written twice', ['twice']],
  ])('%s: the records are returned once', async (_, faults) => {
    const { here, there, topic, groupId } = await setUp();
    await append(here.groups, topic, 0, 2);
    here.groups.faults.order('metadata.write', ...faults);
    expect(await readNames(here, groupId, 'assigned')).toEqual(['0@0', '0@1']);
    await here.groups.faults.releaseLate();
    await append(here.groups, topic, 0, 1);
    expect(await readNames(there, groupId, 'assigned')).toEqual(['0@2']);
  });

  test('are known again also when another process has read on meanwhile', async () => {
    const { here, there, topic, groupId } = await setUp();
    await append(here.groups, topic, 0, 2);
    here.groups.faults.order('metadata.write', 'answerLost');
    here.groups.faults.before('metadata.write', async () => undefined);
    const others: string[] = [];
    here.groups.faults.before('metadata.write', async () => {
      await append(there.groups, topic, 0, 1);
      others.push(...(await readNames(there, groupId, 'assigned')));
    });
    expect(await readNames(here, groupId, 'assigned')).toEqual(['0@0', '0@1']);
    expect(others).toEqual(['0@2']);
  });

  test('and were never written, while another process has read the same: this one begins again', async () => {
    const { here, there, topic, groupId } = await setUp();
    await append(here.groups, topic, 0, 2);
    here.groups.faults.order('metadata.write', 'lost');
    here.groups.faults.before('metadata.write', async () => undefined);
    const others: string[] = [];
    here.groups.faults.before('metadata.write', async () => {
      others.push(...(await readNames(there, groupId, 'assigned')));
      await append(there.groups, topic, 0, 1);
    });
    expect(await readNames(here, groupId, 'assigned')).toEqual(['0@2']);
    expect(others).toEqual(['0@0', '0@1']);
  });

  test('and stay so: the reader hears that nobody knows', async () => {
    const { here, topic, groupId } = await setUp();
    await append(here.groups, topic, 0, 1);
    here.groups.faults.order('metadata.write', 'lost', 'lost', 'lost', 'lost');
    expect(await refusalOf(readNames(here, groupId, 'assigned'))).toBe('REQUEST_TIMED_OUT');
    expect(await readNames(here, groupId, 'assigned')).toEqual(['0@0']);
  });
});

test('a read that another one has overtaken begins again, and returns what is left', async () => {
  const { here, there, topic, groupId } = await setUp();
  await append(here.groups, topic, 0, 2);
  const held = here.groups.faults.hold('metadata.write');
  const read = readNames(here, groupId, 'assigned');
  await held.arrived;
  expect(await readNames(there, groupId, 'assigned')).toEqual(['0@0', '0@1']);
  await append(there.groups, topic, 0, 1);
  held.release();
  expect(await read).toEqual(['0@2']);
});

test('an instance that is made without an answer is made once', async () => {
  const { here, groupId } = await setUp();
  here.groups.faults.order('metadata.write', 'answerLost');
  expect(await here.create(groupId, 'another', CONFIG)).toBe('another');
  expect(await refusalOf(here.create(groupId, 'another', CONFIG))).toBe('NAME_TAKEN');
});

test('one that is deleted without an answer is gone', async () => {
  const { here, groupId } = await setUp();
  here.groups.faults.order('metadata.write', 'answerLost');
  await here.delete(groupId, 'assigned');
  expect(await refusalOf(here.delete(groupId, 'assigned'))).toBe('NOT_FOUND');
});

test('one whose deletion breaks off can be deleted again', async () => {
  const { here, there, topic, groupId } = await setUp();
  await append(here.groups, topic, 0, 1);
  await readNames(here, groupId, 'subscribed');
  // It leaves (the group's item); then nothing can be written any more.
  here.groups.faults.order('metadata.write', 'none', 'notDoneForGood');
  expect(await refusalOf(here.delete(groupId, 'subscribed'))).toBe('KAFKA_STORAGE_ERROR');
  await there.delete(groupId, 'subscribed');
  expect(await there.groups.describe(groupId)).toMatchObject({ state: 'Empty' });
});

test('an instance that joins its group while another process deletes it leaves no member behind', async () => {
  const { here, there, groupId } = await setUp();
  const held = here.groups.faults.hold('metadata.write');
  const read = refusalOf(readNames(here, groupId, 'subscribed'));
  await held.arrived; // the group's item, with the new member
  await there.delete(groupId, 'subscribed');
  held.release();
  expect(await read).toBe('NOT_FOUND');
  expect((await there.groups.describe(groupId)).members).toEqual([]);
});

test('an answer of the group that is lost twice makes the member join again, from what is committed', async () => {
  const { here, topic, groupId } = await setUp();
  await append(here.groups, topic, 0, 3);
  expect(await readNames(here, groupId, 'subscribed')).toHaveLength(3);
  await here.commit(groupId, 'subscribed', [{ topic, partition: 0, offset: 1 }]);
  // As a process does that hears the answers and dies before it has written them down.
  const [member] = (await here.groups.describe(groupId)).members;
  const { memberId = '', memberEpoch = 0 } = member ?? {};
  const owned = { ownedPartitions: [{ topicName: topic, partitions: [0] }] };
  const more = { ...owned, subscribedTopicNames: [topic, 'more'] };
  const second = await here.groups.heartbeat(groupId, { memberId, memberEpoch, ...more });
  const less = { ...owned, subscribedTopicNames: [topic] };
  const third = await here.groups.heartbeat(groupId, { memberId, memberEpoch: second.memberEpoch, ...less });
  expect(third.memberEpoch).toBe(memberEpoch + 2);
  expect(await readNames(here, groupId, 'subscribed')).toEqual(['0@1', '0@2']);
});

test('a reader that freezes while it waits has written down where it began', async () => {
  const { here, there, topic, groupId } = await setUp();
  await append(here.groups, topic, 0, 2);
  await here.create(groupId, 'latest', { ...CONFIG, autoOffsetReset: 'latest' });
  await here.assign(groupId, 'latest', [{ topic, partition: 0 }]);
  const { faults } = here.groups;
  faults.before('metadata.getHead', async () => undefined); // where the log ends; the next look is the wait's
  const frozen = faults.hold('metadata.getHead');
  const read = readNames(here, groupId, 'latest', 20_000);
  await frozen.arrived;
  await append(there.groups, topic, 0, 1);
  expect(await readNames(there, groupId, 'latest')).toEqual(['0@2']);
  await append(there.groups, topic, 0, 1);
  frozen.release();
  expect(await read).toEqual(['0@3']);
});

test('a broker that is closed takes no more, and lets what it has taken finish', async () => {
  const { here, topic, groupId }: { here: TestInstances; topic: string; groupId: string } = await setUp();
  await append(here.groups, topic, 0, 1);
  const held = here.groups.faults.hold('metadata.write');
  const read = readNames(here, groupId, 'assigned', 20_000);
  await held.arrived;
  const closed = here.close();
  expect(await refusalOf(here.assignment(groupId, 'assigned'))).toBe('COORDINATOR_NOT_AVAILABLE');
  held.release();
  await closed;
  expect(await read).toEqual(['0@0']);
});
