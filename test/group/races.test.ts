import { describe, expect, test } from 'vitest';
import { openGroup } from './open-group.ts';
import { newTopic, refusalOf, settle } from './test-groups.ts';

/** What happens between two steps of a process, in the order in which it was found to matter. */

const setUp = (partitionCount = 2, config = {}) => openGroup(partitionCount, config);

describe('heartbeats that wait for one batch', () => {
  /** The next heartbeats wait together, behind one that is held. */
  async function hold({ groups, groupId, topic }: Awaited<ReturnType<typeof setUp>>) {
    const held = groups.faults.hold('metadata.get');
    const first = groups.heartbeat(groupId, {
      memberId: 'first',
      memberEpoch: 0,
      subscribedTopicNames: [topic],
    });
    await held.arrived;
    return async () => {
      held.release();
      await first;
    };
  }

  test('a member that leaves behind its own heartbeat takes nobody else down', async () => {
    const set = await setUp();
    const [one, two] = [set.member('one'), set.member('two')];
    await one.join();
    await two.join();
    const release = await hold(set);
    const all = [
      refusalOf(one.beat()),
      refusalOf(two.beat()),
      refusalOf(set.groups.heartbeat(set.groupId, { memberId: 'one', memberEpoch: -1 })),
    ];
    await release();
    expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
    expect((await set.groups.describe(set.groupId)).members.map(({ memberId }) => memberId)).toEqual([
      'first',
      'two',
    ]);
  });

  test('a static member that leaves for a while behind its own heartbeat has left', async () => {
    const set = await setUp();
    const one = set.member('one', { instanceId: 'i1' });
    await one.join();
    const release = await hold(set);
    const all = [
      one.beat(),
      set.groups.heartbeat(set.groupId, { memberId: 'one', memberEpoch: -2, instanceId: 'i1' }),
    ];
    await release();
    await Promise.all(all);
    expect(await refusalOf(set.member('one again', { instanceId: 'i1' }).join())).toBe('done');
  });
});

describe('topics', () => {
  test('one that is made again between two heartbeats is another: its member hears so, and begins anew', async () => {
    const { groups, groupId, topic, member, at } = await setUp(1);
    const one = member('one');
    await one.join();
    await groups.commitOffsets(groupId, one.name, at(0, 1_000));
    await groups.topics.delete(topic);
    await groups.topics.create({ name: topic, partitionCount: 1 });
    groups.runtime.advance(5_000);
    const told = await one.beat();
    expect(told.assignment).toEqual([]);
    await one.beat();
    expect(one.owned).toEqual([`${topic}-0`]);
    const [committed] = await groups.fetchOffsets(groupId, one.name, [{ topic, partition: 0 }]);
    expect(committed?.offset).toBeUndefined();
  });

  test('a process that remembers the one before does not show its offset, and refuses nobody', async () => {
    const { groups, groupId, topic, member, another, at, committed } = await setUp(1);
    await groups.commitOffsets(groupId, undefined, at(0, 1_000));
    const forgetful = another();
    await forgetful.topics.get(topic); // cached
    await groups.topics.delete(topic);
    await groups.topics.create({ name: topic, partitionCount: 1 });
    const one = member('one');
    await one.join();
    const [asked] = await forgetful.fetchOffsets(groupId, one.name, [{ topic, partition: 0 }]);
    expect(asked?.offset).toBeUndefined();
    await forgetful.commitOffsets(groupId, one.name, at(0, 5));
    expect(await committed()).toBe(5);
  });

  test('what a member has left, and nobody else subscribes to, is its own until it has let go', async () => {
    const { groups, groupId, topic, member } = await setUp(1);
    const other = await newTopic(groups, 1);
    const one = member('one');
    await one.join();
    const held = one.owned;
    const ownedPartitions = [{ topicName: topic, partitions: [0] }];
    await one.beat({ subscribedTopicNames: [other], ownedPartitions });
    const two = member('two');
    await two.join();
    await one.beat({ ownedPartitions }); // still there
    await two.beat();
    expect([held, two.owned]).toEqual([[`${topic}-0`], []]);
    await one.beat();
    await two.beat();
    expect(two.owned).toEqual([`${topic}-0`]);
    expect((await groups.describe(groupId)).members).toHaveLength(2);
  });
});

describe('members', () => {
  test('that were heard while a process was stopped in its look are members still', async () => {
    const { groups, groupId, member, another } = await setUp(2);
    const [one, two] = [member('one'), member('two')];
    await one.join();
    await two.join();
    await settle(groups, groupId, [one, two]);
    const slow = another();
    slow.faults.before('metadata.get', async () => undefined); // of the group
    const held = slow.faults.hold('metadata.get'); // of the topic, beside which heartbeats are read
    const look = slow.describe(groupId);
    await held.arrived;
    await expect.poll(() => slow.calls.some(({ operation }) => operation === 'query')).toBe(true);
    for (let heartbeats = 0; heartbeats < 12; heartbeats += 1) {
      groups.runtime.advance(5_000);
      for (const each of [one, two]) await each.beat();
    }
    held.release();
    expect((await look).members.map(({ memberId }) => memberId)).toEqual(['one', 'two']);
  });

  test('that speak after an outage longer than their sessions are members still', async () => {
    const { groups, groupId, member } = await setUp(2);
    const [one, two] = [member('one'), member('two')];
    await one.join();
    await two.join();
    await settle(groups, groupId, [one, two]);
    groups.runtime.advance(3_600_000);
    await Promise.all([refusalOf(one.beat()), refusalOf(two.beat())]);
    expect(await refusalOf(one.beat())).toBe('done');
  });

  test('one whose heartbeat was written, and decided again, is not fenced by itself', async () => {
    const { groups, member } = await setUp(2);
    const [one, two] = [member('one'), member('two')];
    await one.join();
    await two.join();
    await one.beat();
    await one.beat();
    await one.leave();
    groups.faults.order('metadata.write', 'answerLost');
    expect(await refusalOf(two.beat({ ownedPartitions: undefined }))).toBe('done');
  });

  test('a static one that leaves for a while in the middle of a revocation has let go, and keeps its place', async () => {
    const { groups, groupId, member } = await setUp(2);
    const one = member('one', { instanceId: 'i1', rebalanceTimeoutMs: 1_000 });
    await one.join();
    const two = member('two');
    await two.join();
    await groups.heartbeat(groupId, { memberId: 'one', memberEpoch: one.epoch, instanceId: 'i1' }); // hears of it
    await one.leave(-2);
    await two.beat();
    expect(two.owned).toHaveLength(1);
    groups.runtime.advance(5_000);
    await two.beat();
    const again = member('one again', { instanceId: 'i1' });
    await again.join();
    expect(again.owned).toHaveLength(1);
  });

  test('one is found whatever its name begins with', async () => {
    const { groups, groupId, member } = await setUp(1);
    const one = member('\u{10ffff}\u{10ffff}');
    await one.join();
    for (let heartbeats = 0; heartbeats < 12; heartbeats += 1) {
      groups.runtime.advance(5_000);
      await groups.describe(groupId);
      expect(await refusalOf(one.beat())).toBe('done');
    }
  });

  test('topics cannot be named at a length that no topic has', async () => {
    const { groups, groupId, member } = await setUp(1);
    const one = member('one', { subscribedTopicNames: ['x'.repeat(250)] });
    expect(await refusalOf(one.join())).toBe('INVALID_TOPIC_EXCEPTION');
    expect(await refusalOf(groups.describe(groupId))).toBe('GROUP_ID_NOT_FOUND');
  });
});
