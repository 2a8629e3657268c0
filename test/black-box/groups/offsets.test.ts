import { expect, test, vi } from 'vitest';
import { Member, settle } from '../../api/groups/group-client.ts';
import { freshGroup, quakesGroup } from '../support/groups.ts';
import { createTopic, deleteTopic, freshTopic } from '../support/topics.ts';

test('what a member commits is read back, in the order asked for', async () => {
  const { group, one, topic, at, of } = await quakesGroup();
  const offsets = [at(1, 1, { leader_epoch: 3, metadata: 'node-7 地震' }), at(0, 2)];
  expect(await group.commit({ ...one.name, offsets })).toEqual({ status: 204, body: undefined });
  const committed_ms = expect.any(Number);
  const expected = [
    { topic, partition: 1, offset: 1, leader_epoch: 3, metadata: 'node-7 地震', committed_ms },
    { topic, partition: 0, offset: 2, leader_epoch: null, metadata: '', committed_ms },
  ];
  const asked = { ...one.name, partitions: [of(1), of(0)] };
  expect(await group.fetch(asked)).toEqual({ status: 200, body: { offsets: expected } });
  // Without partitions: all of them, in the order of topics and partitions.
  expect(await group.fetch({})).toEqual({ status: 200, body: { offsets: expected.toReversed() } });
  expect(await group.fetch({ member_id: null, member_epoch: null, partitions: null })).toEqual({
    status: 200,
    body: { offsets: expected.toReversed() },
  });
});

test('of a partition that nothing was committed for, everything is null', async () => {
  const { group, topic, of } = await quakesGroup();
  const nobody = freshGroup('none');
  const nothing = { topic, partition: 1, offset: null, leader_epoch: null, metadata: '' };
  for (const each of [group, nobody]) {
    expect(await each.fetch({ partitions: [of(1)] })).toEqual({
      status: 200,
      body: { offsets: [{ ...nothing, committed_ms: null }] },
    });
  }
  expect(await nobody.fetch({})).toEqual({ status: 200, body: { offsets: [] } });
});

test('a commit beyond the end of the log is accepted', async () => {
  const { group, one, topic, at } = await quakesGroup();
  await group.commit({ ...one.name, offsets: [at(0, 1_000), at(1, Number.MAX_SAFE_INTEGER)] });
  expect(await group.committed()).toEqual([`${topic}-0@1000`, `${topic}-1@${Number.MAX_SAFE_INTEGER}`]);
});

test('a commit takes a reader back as well as on', async () => {
  const { group, one, topic, at } = await quakesGroup();
  await group.commit({ ...one.name, offsets: [at(0, 0)] });
  expect(await group.committed()).toEqual([`${topic}-0@0`]);
});

test('who assigns partitions to himself commits without a member, and makes the group', async () => {
  const topic = await freshTopic('quakes', { partitions: 2 });
  const group = freshGroup('by-hand');
  const offsets = [{ topic, partition: 1, offset: 1, leader_epoch: null, metadata: null }];
  expect(await group.commit({ member_id: null, member_epoch: null, offsets })).toMatchObject({ status: 204 });
  expect(await group.committed()).toEqual([`${topic}-1@1`]);
  expect((await group.describe()).body).toMatchObject({ is_simple: true, state: 'Empty', members: [] });
});

test('a group commits for each of its topics, and a topic made again under its name has nothing committed', async () => {
  const { group, one, topic } = await quakesGroup();
  const buses = await freshTopic('buses');
  await one.beat({ subscribed_topic_names: [buses, topic] });
  await settle(group, one);
  await group.commit({ ...one.name, offsets: [{ topic: buses, partition: 0, offset: 5 }] });
  expect(await group.committed()).toEqual([`${buses}-0@5`, `${topic}-0@1`]);
  await deleteTopic(buses);
  // Another process may remember the topic for a second.
  await vi.waitFor(async () => expect(await group.committed()).toEqual([`${topic}-0@1`]), {
    timeout: 10_000,
  });
  await createTopic(buses);
  expect(await group.committed()).toEqual([`${topic}-0@1`]);
});

test('a partition that has gone to another member is committed by that one alone', async () => {
  const { group, one, topic, at } = await quakesGroup();
  const two = new Member(group, 'two');
  await two.join({ subscribed_topic_names: [topic] });
  await settle(group, one, two);
  const [lost = ''] = two.partitions;
  const partition = Number(lost.at(-1));
  expect(await group.commit({ ...one.name, offsets: [at(partition, 9)] })).toMatchObject({
    status: 409,
    body: { error_code: 40922 },
  });
  expect(await group.committed()).toEqual([`${topic}-0@1`]);
  expect(await group.commit({ ...two.name, offsets: [at(partition, 1)] })).toMatchObject({ status: 204 });
});
