import { expect, test } from 'vitest';
import { testBroker } from '../../support/broker.ts';
import { GroupClient, Member, settle } from './group-client.ts';

async function setUp(partitionCount = 4) {
  const all = await testBroker({ 'group.consumer.heartbeat.interval.ms': 3_000 });
  const { id } = await all.broker.topics.create({ name: 'quakes', partitionCount });
  const group = new GroupClient(all.send, 'alerts');
  return { ...all, topicId: id, group };
}

const quakes = { subscribed_topic_names: ['quakes'] };
const numbers = (...partitions: number[]) => partitions.map((partition) => `quakes-${partition}`);

test('a member joins, hears what it may own, reports it, and hears no more until that changes', async () => {
  const { group, topicId, bugs } = await setUp(2);
  const assignment = {
    topic_partitions: [{ topic_id: topicId, topic_name: 'quakes', partitions: [0, 1] }],
  };
  expect(await group.heartbeat({ member_id: 'one', member_epoch: 0, ...quakes })).toEqual({
    status: 200,
    body: { member_id: 'one', member_epoch: 1, heartbeat_interval_ms: 3_000, assignment },
  });
  const owned = [{ topic_id: topicId, partitions: [0, 1] }];
  expect(await group.heartbeat({ member_id: 'one', member_epoch: 1, topic_partitions: owned })).toEqual({
    status: 200,
    body: { member_id: 'one', member_epoch: 1, heartbeat_interval_ms: 3_000, assignment: null },
  });
  // Who does not say what it owns is told.
  expect(await group.heartbeat({ member_id: 'one', member_epoch: 1 })).toMatchObject({
    status: 200,
    body: { assignment },
  });
  expect(bugs).toEqual([]);
});

test('null is as good as absent in each field that may be absent', async () => {
  const { group } = await setUp(1);
  const absent = {
    instance_id: null,
    rack_id: null,
    client_id: null,
    rebalance_timeout_ms: null,
    subscribed_topic_regex: null,
    server_assignor: null,
    topic_partitions: null,
  };
  expect(await group.heartbeat({ member_id: 'one', member_epoch: 0, ...quakes, ...absent })).toMatchObject({
    status: 200,
  });
  const owned = [{ topic_id: null, topic_name: 'quakes', partitions: [0] }];
  const rest = { ...absent, subscribed_topic_names: null, topic_partitions: owned };
  expect(await group.heartbeat({ member_id: 'one', member_epoch: 1, ...rest })).toMatchObject({
    status: 200,
    body: { assignment: null },
  });
});

test('members of a group share its partitions, and one that leaves gives them back', async () => {
  const { group } = await setUp();
  const [one, two] = [new Member(group, 'one'), new Member(group, 'two')];
  await one.join(quakes);
  expect(one.partitions).toEqual(numbers(0, 1, 2, 3));
  await two.join(quakes);
  expect(two.partitions).toEqual([]);
  await settle(group, one, two);
  expect([...one.partitions, ...two.partitions].sort()).toEqual(numbers(0, 1, 2, 3));
  expect(one.partitions).toHaveLength(2);

  expect(await two.leave()).toEqual({
    status: 200,
    body: { member_id: 'two', member_epoch: -1, heartbeat_interval_ms: 3_000, assignment: null },
  });
  await one.beat();
  expect(one.partitions).toEqual(numbers(0, 1, 2, 3));
});

test('members of different groups each get everything', async () => {
  const { group, send } = await setUp();
  const other = new GroupClient(send, 'archive');
  const [one, two] = [new Member(group, 'one'), new Member(other, 'one')];
  await one.join(quakes);
  await two.join(quakes);
  expect(one.partitions).toEqual(numbers(0, 1, 2, 3));
  expect(two.partitions).toEqual(numbers(0, 1, 2, 3));
});

test('a static member that leaves for a while comes back under another member id to its partitions', async () => {
  const { group } = await setUp();
  const statically = { instance_id: 'rack-1', ...quakes };
  const [one, two] = [new Member(group, 'one'), new Member(group, 'two')];
  await one.join(statically);
  await two.join(quakes);
  await settle(group, one, two);
  const before = one.partitions;

  await one.leave({ member_epoch: -2, instance_id: 'rack-1' });
  await two.beat();
  expect(two.partitions).toHaveLength(2);
  const again = new Member(group, 'one again');
  expect(await again.join(statically)).toMatchObject({ status: 200 });
  expect(again.partitions).toEqual(before);
});

test('partitions that a topic is given are assigned', async () => {
  const { broker, group } = await setUp(1);
  const one = new Member(group, 'one');
  await one.join(quakes);
  await broker.topics.addPartitions('quakes', 3);
  await settle(group, one);
  expect(one.partitions).toEqual(numbers(0, 1, 2));
});

test('a topic that is subscribed to by name is assigned as soon as it is made', async () => {
  const { broker, group } = await setUp(1);
  const one = new Member(group, 'one');
  await one.join({ subscribed_topic_names: ['buses'] });
  expect(one.partitions).toEqual([]);
  await broker.topics.create({ name: 'buses' });
  await settle(group, one);
  expect(one.partitions).toEqual(['buses-0']);
});

test('topics whose whole name matches are assigned, also those made later, until the pattern is taken back', async () => {
  const { broker, group } = await setUp(1);
  const one = new Member(group, 'one');
  await one.join({ subscribed_topic_regex: 'qu.*' });
  expect(one.partitions).toEqual(['quakes-0']);
  await broker.topics.create({ name: 'quarries' });
  await broker.topics.create({ name: 'my-quarries' });
  await settle(group, one);
  expect(one.partitions).toEqual(['quakes-0', 'quarries-0']);

  await one.beat({ subscribed_topic_regex: '', subscribed_topic_names: ['my-quarries'] });
  await settle(group, one);
  expect(one.partitions).toEqual(['my-quarries-0']);
});

test('a topic that is deleted is owned by nobody any more', async () => {
  const { broker, group } = await setUp(1);
  const one = new Member(group, 'one');
  await one.join(quakes);
  await broker.topics.delete('quakes');
  await settle(group, one);
  expect(one.partitions).toEqual([]);
});

test('the assignor that most members ask for decides', async () => {
  const { broker, group } = await setUp(3);
  await broker.topics.create({ name: 'buses', partitionCount: 3 });
  const both = { subscribed_topic_names: ['quakes', 'buses'], server_assignor: 'range' };
  const members = [new Member(group, 'one'), new Member(group, 'two')];
  for (const member of members) await member.join(both);
  await settle(group, ...members);
  expect((await group.describe()).body).toMatchObject({ assignor: 'range' });
  // Range gives the first member the odd one of each topic, where uniform would give each member three.
  expect(members.map(({ partitions }) => partitions.length).sort()).toEqual([2, 4]);
});

test('a member that names a topic a hundred thousand times holds nobody up', async () => {
  const { group } = await setUp(1);
  const one = new Member(group, 'one');
  await one.join(quakes);
  const topic_partitions = Array.from({ length: 100_000 }, (_, partition) => ({
    topic_name: 'quakes',
    partitions: [partition],
  }));
  expect(await one.beat({ topic_partitions })).toMatchObject({
    status: 200,
    body: { assignment: { topic_partitions: [{ partitions: [0] }] } },
  });
});
