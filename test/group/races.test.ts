import { describe, expect, test } from 'vitest';
import { openStores } from '../log/test-logs.ts';
import { newName, newTopic, openGroups, refusalOf, settle, TestMember } from './test-groups.ts';

/** What happens between two steps of a process, in the order in which it was found to matter. */

async function setUp(partitionCount = 2, config = {}) {
  const stores = await openStores();
  const groups = openGroups(stores, { config });
  const topic = await newTopic(groups, partitionCount);
  const groupId = newName('group');
  const member = (memberId: string, more = {}) =>
    new TestMember(groups, groupId, memberId, { subscribedTopicNames: [topic], ...more });
  const another = () => openGroups(stores, { config, runtime: groups.runtime });
  const at = (partition: number, offset: number) => [{ topic, partition, offset }];
  const committed = async (partition = 0) =>
    (await groups.fetchOffsets(groupId, undefined, [{ topic, partition }]))[0]?.offset;
  return { stores, groups, topic, groupId, member, another, at, committed };
}

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

describe('commits', () => {
  test('one that was read by its successor does not pass for the successor’s own', async () => {
    const { groups, groupId, topic, member, another, at, committed } = await setUp(1);
    const one = member('one');
    await one.join();
    const [slow, other] = [another(), another()];
    const late = slow.faults.hold('metadata.write');
    const lateCommit = refusalOf(slow.commitOffsets(groupId, one.name, at(0, 10)));
    await late.arrived;
    await one.leave();
    const two = member('two');
    await two.join();
    const held = other.faults.hold('metadata.write');
    const own = other.commitOffsets(groupId, two.name, at(0, 20));
    await held.arrived; // it has read what stands there
    late.release();
    expect(await lateCommit).toBe('done');
    await groups.fetchOffsets(groupId, two.name, [{ topic, partition: 0 }]);
    held.release();
    await own;
    expect(await committed()).toBe(20);
  });

  test('one that may come to stand is not refused for good', async () => {
    const { groups, groupId, member, another, at, committed } = await setUp(1);
    const one = member('one');
    await one.join();
    const slow = another();
    slow.faults.order('metadata.write', 'late');
    slow.faults.before('metadata.get', async () => undefined); // of the group, for the right
    slow.faults.before('metadata.get', () => one.leave()); // of what stands there, after the write
    expect(await refusalOf(slow.commitOffsets(groupId, one.name, at(0, 5)))).toBe('REQUEST_TIMED_OUT');
    expect(await committed()).toBeUndefined();
    await slow.faults.releaseLate();
    expect(await committed()).toBe(5);
    expect((await groups.describe(groupId)).members).toEqual([]);
  });

  test('one without a member that stands is told so, though members have joined since', async () => {
    const { groupId, member, another, at, committed } = await setUp(1);
    const slow = another();
    await slow.commitOffsets(groupId, undefined, at(0, 5));
    slow.faults.order('metadata.write', 'answerLost');
    for (const _ of ['the topic', 'whether there are members', 'before the write']) {
      slow.faults.before('metadata.get', async () => undefined);
    }
    slow.faults.before('metadata.get', () => member('two').join()); // after the write
    expect(await refusalOf(slow.commitOffsets(groupId, undefined, at(0, 6)))).toBe('done');
    expect(await committed()).toBe(6);
  });

  test('all of a request are over when it is answered', async () => {
    const { groups, groupId, topic, member } = await setUp(50);
    const one = member('one');
    await one.join();
    groups.faults.order('metadata.write', 'notDoneForGood');
    const offsets = Array.from({ length: 50 }, (_, partition) => ({ topic, partition, offset: 1 }));
    expect(await refusalOf(groups.commitOffsets(groupId, one.name, offsets))).toBe('KAFKA_STORAGE_ERROR');
    const standing = await groups.fetchOffsets(groupId, undefined, undefined);
    expect(standing).toHaveLength(49);
  });

  test('members that are dead do not bar who assigns partitions to himself', async () => {
    const { groups, groupId, member, at, committed } = await setUp(1);
    await member('one').join();
    groups.runtime.advance(46_000);
    await groups.commitOffsets(groupId, undefined, at(0, 3));
    expect(await committed()).toBe(3);
  });

  test('of much metadata are as many writes as it takes', async () => {
    const { groups, groupId, topic } = await setUp(90, { 'offset.metadata.max.bytes': 32_768 });
    const metadata = 'x'.repeat(32_768);
    const offsets = Array.from({ length: 90 }, (_, partition) => ({ topic, partition, offset: 1, metadata }));
    await groups.commitOffsets(groupId, undefined, offsets);
    expect(await groups.fetchOffsets(groupId, undefined, undefined)).toHaveLength(90);
  });

  test('a broker that closes waits for them', async () => {
    const { groups, groupId, at, committed } = await setUp(1);
    const held = groups.faults.hold('metadata.write');
    const commit = groups.commitOffsets(groupId, undefined, at(0, 4));
    await held.arrived;
    const closed = groups.close();
    held.release();
    await closed;
    await commit;
    expect(await refusalOf(committed())).toBe('COORDINATOR_NOT_AVAILABLE');
  });
});

describe('groups that come and go', () => {
  const RETENTION = { 'offsets.retention.minutes': 60 };
  const HOUR_MS = 3_600_000;

  test('a commit that comes while an abandoned group is being removed stays', async () => {
    const { groups, groupId, another, at, committed } = await setUp(1, RETENTION);
    await groups.commitOffsets(groupId, undefined, at(0, 1));
    groups.runtime.advance(1.1 * HOUR_MS);
    const slow = another();
    slow.faults.before('metadata.write', async () => undefined); // of what is over
    const held = slow.faults.hold('metadata.write'); // of the group
    const list = slow.list();
    await held.arrived;
    await groups.commitOffsets(groupId, undefined, at(0, 2));
    held.release();
    await list;
    expect(await committed()).toBe(2);
  });

  test('a write that makes a group, and comes after it was deleted, makes none', async () => {
    const { groups, groupId, at } = await setUp(1);
    groups.faults.order('metadata.write', 'late');
    await groups.commitOffsets(groupId, undefined, at(0, 5));
    await groups.delete(groupId);
    await groups.faults.releaseLate();
    expect(await refusalOf(groups.describe(groupId))).toBe('GROUP_ID_NOT_FOUND');
    expect(await groups.fetchOffsets(groupId, undefined, undefined)).toEqual([]);
  });

  test('a commit that is still on its way when its offset is over does not bring it back', async () => {
    const { groups, groupId, topic, member, another, at } = await setUp(2, RETENTION);
    const one = member('one');
    await one.join();
    const slow = another();
    const held = slow.faults.hold('metadata.write');
    const late = refusalOf(slow.commitOffsets(groupId, one.name, at(0, 5)));
    await held.arrived;
    await groups.commitOffsets(groupId, one.name, at(0, 50));
    await one.leave();
    groups.runtime.advance(0.4 * HOUR_MS);
    await groups.commitOffsets(groupId, undefined, at(1, 1)); // so the group stays
    groups.runtime.advance(0.7 * HOUR_MS);
    expect((await groups.list()).some((listed) => listed.groupId === groupId)).toBe(true);
    held.release();
    expect(await late).not.toBe('done');
    const two = member('two');
    await two.join();
    const [asked] = await groups.fetchOffsets(groupId, two.name, [{ topic, partition: 0 }]);
    expect(asked?.offset).toBeUndefined();
  });

  test('the listing of a deleted group goes after a day', async () => {
    const { stores, groups, groupId, at } = await setUp(1);
    await groups.commitOffsets(groupId, undefined, at(0, 5));
    await groups.delete(groupId);
    const listed = () => stores.metadata.get({ pk: 'GROUPS', sk: groupId });
    expect(await listed()).toBeDefined();
    groups.runtime.advance(25 * HOUR_MS);
    await groups.list();
    expect(await listed()).toBeUndefined();
  });
});

describe('members', () => {
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
