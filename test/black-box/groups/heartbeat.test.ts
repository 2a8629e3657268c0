import { expect, test, vi } from 'vitest';
import { Member, settle } from '../../api/groups/group-client.ts';
import { freshGroup } from '../support/groups.ts';
import { freshName } from '../support/names.ts';
import { createTopic, deleteTopic, freshTopic, growTopic } from '../support/topics.ts';

async function setUp(partitions = 4) {
  const topic = await freshTopic('quakes', { partitions });
  const numbers = (...all: number[]) => all.map((partition) => `${topic}-${partition}`);
  return { topic, numbers, group: freshGroup(), quakes: { subscribed_topic_names: [topic] } };
}

/** Another process may remember for a second what topics were like. */
const soon = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 20_000 });

test('a member joins, hears what it may own, reports it, and hears no more until that changes', async () => {
  const { group, topic, quakes } = await setUp(2);
  const joined = await group.heartbeat({ member_id: 'one', member_epoch: 0, ...quakes });
  const topic_id = expect.any(String);
  const assignment = { topic_partitions: [{ topic_id, topic_name: topic, partitions: [0, 1] }] };
  const told = { member_id: 'one', member_epoch: 1, heartbeat_interval_ms: expect.any(Number) };
  expect(joined).toEqual({ status: 200, body: { ...told, assignment } });
  const [{ topic_id: id } = {}] = (joined.body.assignment?.topic_partitions ?? []) as readonly {
    topic_id?: string;
  }[];
  const owned = [{ topic_id: id, partitions: [0, 1] }];
  expect(await group.heartbeat({ member_id: 'one', member_epoch: 1, topic_partitions: owned })).toEqual({
    status: 200,
    body: { ...told, assignment: null },
  });
  // Who does not say what it owns is told.
  expect(await group.heartbeat({ member_id: 'one', member_epoch: 1 })).toMatchObject({
    status: 200,
    body: { assignment },
  });
});

test('null is as good as absent in each field that may be absent', async () => {
  const { group, topic, quakes } = await setUp(1);
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
  const owned = [{ topic_id: null, topic_name: topic, partitions: [0] }];
  const rest = { ...absent, subscribed_topic_names: null, topic_partitions: owned };
  expect(await group.heartbeat({ member_id: 'one', member_epoch: 1, ...rest })).toMatchObject({
    status: 200,
    body: { assignment: null },
  });
});

test('members of a group share its partitions, and one that leaves gives them back', async () => {
  const { group, quakes, numbers } = await setUp();
  const [one, two] = [new Member(group, 'one'), new Member(group, 'two')];
  await one.join(quakes);
  expect(one.partitions).toEqual(numbers(0, 1, 2, 3));
  await two.join(quakes);
  expect(two.partitions).toEqual([]);
  await settle(group, one, two);
  expect([...one.partitions, ...two.partitions].sort()).toEqual(numbers(0, 1, 2, 3));
  expect(one.partitions).toHaveLength(2);

  expect(await two.leave()).toMatchObject({
    status: 200,
    body: { member_id: 'two', member_epoch: -1, assignment: null },
  });
  await one.beat();
  expect(one.partitions).toEqual(numbers(0, 1, 2, 3));
});

test('members of different groups each get everything', async () => {
  const { group, quakes, numbers } = await setUp();
  const [one, two] = [new Member(group, 'one'), new Member(freshGroup('archive'), 'one')];
  await one.join(quakes);
  await two.join(quakes);
  expect(one.partitions).toEqual(numbers(0, 1, 2, 3));
  expect(two.partitions).toEqual(numbers(0, 1, 2, 3));
});

test('a static member that leaves for a while comes back under another member id to its partitions', async () => {
  const { group, quakes } = await setUp();
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
  const { group, topic, quakes, numbers } = await setUp(1);
  const one = new Member(group, 'one');
  await one.join(quakes);
  await growTopic(topic, 3);
  await soon(async () => {
    await settle(group, one);
    expect(one.partitions).toEqual(numbers(0, 1, 2));
  });
});

test('a topic that is subscribed to by name is assigned as soon as it is made', async () => {
  const { group } = await setUp(1);
  const one = new Member(group, 'one');
  const buses = freshName('buses');
  await one.join({ subscribed_topic_names: [buses] });
  expect(one.partitions).toEqual([]);
  await createTopic(buses);
  await soon(async () => {
    await settle(group, one);
    expect(one.partitions).toEqual([`${buses}-0`]);
  });
});

test('topics whose whole name matches are assigned, also those made later, until the pattern is taken back', async () => {
  const { group, topic } = await setUp(1);
  const one = new Member(group, 'one');
  await one.join({ subscribed_topic_regex: `${topic}.*` });
  expect(one.partitions).toEqual([`${topic}-0`]);
  await createTopic(`${topic}-2`);
  await createTopic(`my-${topic}`);
  await soon(async () => {
    await settle(group, one);
    expect(one.partitions).toEqual([`${topic}-0`, `${topic}-2-0`]);
  });
  await one.beat({ subscribed_topic_regex: '', subscribed_topic_names: [`my-${topic}`] });
  await settle(group, one);
  expect(one.partitions).toEqual([`my-${topic}-0`]);
});

test('a topic that is deleted is owned by nobody any more', async () => {
  const { group, topic, quakes } = await setUp(1);
  const one = new Member(group, 'one');
  await one.join(quakes);
  await deleteTopic(topic);
  await soon(async () => {
    await settle(group, one);
    expect(one.partitions).toEqual([]);
  });
});

test('the assignor that most members ask for decides', async () => {
  const { group, topic } = await setUp(3);
  const buses = await freshTopic('buses', { partitions: 3 });
  const both = { subscribed_topic_names: [topic, buses], server_assignor: 'range' };
  const members = [new Member(group, 'one'), new Member(group, 'two')];
  for (const member of members) await member.join(both);
  await settle(group, ...members);
  expect((await group.describe()).body).toMatchObject({ assignor: 'range' });
  // Range gives the first member the odd one of each topic, where uniform would give each member three.
  expect(members.map(({ partitions }) => partitions.length).sort()).toEqual([2, 4]);
});
