import { describe, expect, test } from 'vitest';
import { openStores } from '../log/test-logs.ts';
import { openGroup } from './open-group.ts';
import { newName, newTopic, openGroups, refusalOf, settle, TestMember } from './test-groups.ts';

const setUp = (partitionCount = 4) => openGroup(partitionCount);

const counts = (members: readonly TestMember[]) => members.map(({ owned }) => owned.length);

describe('members of a group share', () => {
  test('the first gets everything at once, and the second its half as soon as the first has let go', async () => {
    const { groups, groupId, topic, member } = await setUp();
    const [one, two] = [member('one'), member('two')];
    await one.join();
    expect(one.owned).toEqual([0, 1, 2, 3].map((partition) => `${topic}-${partition}`));
    await two.join();
    expect(two.owned).toEqual([]);
    await one.beat(); // hears what it has to let go of, and does
    expect(counts([one, two])).toEqual([2, 0]);
    await two.beat();
    expect(two.owned).toEqual([]); // nobody has said yet that it let go
    await one.beat();
    await two.beat();
    expect(counts([one, two])).toEqual([2, 2]);
    expect(new Set([...one.owned, ...two.owned]).size).toBe(4);
    expect((await groups.describe(groupId)).state).toBe('Stable');
  });

  test('members beyond the partitions idle', async () => {
    const { groups, groupId, member } = await setUp(2);
    const members = ['one', 'two', 'three'].map((name) => member(name));
    for (const each of members) await each.join();
    await settle(groups, groupId, members);
    expect(counts(members).toSorted()).toEqual([0, 1, 1]);
  });

  test('who leaves frees its partitions for the others at once', async () => {
    const { groups, groupId, member } = await setUp();
    const [one, two] = [member('one'), member('two')];
    await one.join();
    await two.join();
    await settle(groups, groupId, [one, two]);
    await one.leave();
    await two.beat();
    expect(counts([two])).toEqual([4]);
    expect(await refusalOf(one.beat())).toBe('UNKNOWN_MEMBER_ID');
  });

  test('who is silent for longer than its session loses its partitions to whoever is heard', async () => {
    const { groups, groupId, member } = await setUp();
    const [one, two] = [member('one'), member('two')];
    await one.join();
    await two.join();
    await settle(groups, groupId, [one, two]);
    for (let heartbeats = 0; heartbeats < 8; heartbeats += 1) {
      groups.runtime.advance(5_000);
      await two.beat();
    }
    expect(counts([two])).toEqual([2]);
    groups.runtime.advance(5_001);
    await two.beat();
    expect(counts([two])).toEqual([4]);
  });

  test('who does not let go within its rebalance timeout is removed, however often it is heard', async () => {
    const { groups, member } = await setUp();
    const [one, two] = [member('one', { rebalanceTimeoutMs: 20_000 }), member('two')];
    await one.join();
    const held = one.owned;
    await two.join();
    const stubborn = {
      ownedPartitions: held.map((name) => ({
        topicName: name.slice(0, -2),
        partitions: [Number(name.at(-1))],
      })),
    };
    for (let heartbeats = 0; heartbeats < 5; heartbeats += 1) {
      await one.beat(stubborn);
      await two.beat();
      expect(two.owned).toEqual([]);
      groups.runtime.advance(5_000);
    }
    expect(await refusalOf(one.beat(stubborn))).toBe('UNKNOWN_MEMBER_ID');
    await two.beat();
    expect(counts([two])).toEqual([4]);
  });

  test('a hundred members and a thousand partitions rebalance in a few heartbeats', async () => {
    const { groups, groupId, member } = await setUp(1_000);
    const members = Array.from({ length: 100 }, (_, index) => member(`member-${index}`));
    await Promise.all(members.map((each) => each.join()));
    let turns = 0;
    do {
      await Promise.all(members.map((each) => each.beat()));
      turns += 1;
    } while ((await groups.describe(groupId)).state !== 'Stable');
    expect(turns).toBeLessThanOrEqual(3);
    expect(new Set(counts(members))).toEqual(new Set([10]));
    expect(new Set(members.flatMap(({ owned }) => owned)).size).toBe(1_000);
  });
});

test('members of different groups each get everything', async () => {
  const { groups, topic } = await setUp();
  const members = [newName('group'), newName('group')].map(
    (groupId) => new TestMember(groups, groupId, 'member', { subscribedTopicNames: [topic] }),
  );
  for (const member of members) await member.join();
  expect(counts(members)).toEqual([4, 4]);
});

describe('a join', () => {
  test('that is repeated is no second member', async () => {
    const { groups, groupId, member } = await setUp();
    const one = member('one');
    await one.join();
    const first = one.owned;
    await one.join();
    expect(one.owned).toEqual(first);
    expect((await groups.describe(groupId)).members).toHaveLength(1);
  });

  test('beyond group.consumer.max.size is refused, and changes nothing', async () => {
    const stores = await openStores();
    const groups = openGroups(stores, { config: { 'group.consumer.max.size': 1 } });
    const topic = await newTopic(groups, 1);
    const groupId = newName('group');
    const join = (memberId: string) =>
      groups.heartbeat(groupId, { memberId, memberEpoch: 0, subscribedTopicNames: [topic] });
    await join('one');
    const before = await groups.describe(groupId);
    expect(await refusalOf(join('two'))).toBe('GROUP_MAX_SIZE_REACHED');
    expect(await groups.describe(groupId)).toEqual(before);
    expect(await refusalOf(join('one'))).toBe('done');
  });
});

describe('topics', () => {
  test('that grow are shared anew within a heartbeat interval', async () => {
    const { groups, topic, member } = await setUp(2);
    const one = member('one');
    await one.join();
    await groups.topics.addPartitions(topic, 5);
    groups.runtime.advance(5_000);
    await one.beat();
    expect(one.owned).toHaveLength(5);
  });

  test('that are made later are followed, by name and by pattern', async () => {
    const { groups } = await setUp();
    const prefix = newName('later');
    const groupId = newName('group');
    const named = new TestMember(groups, groupId, 'named', { subscribedTopicNames: [`${prefix}.a`] });
    const matching = new TestMember(groups, newName('group'), 'matching', {
      subscribedTopicRegex: `${prefix}\\..*`,
    });
    for (const member of [named, matching]) {
      await member.join();
      expect(member.owned).toEqual([]);
    }
    await groups.topics.create({ name: `${prefix}.a`, partitionCount: 1 });
    await groups.topics.create({ name: `${prefix}.b`, partitionCount: 1 });
    groups.runtime.advance(5_000);
    for (const member of [named, matching]) await member.beat();
    expect(named.owned).toEqual([`${prefix}.a-0`]);
    expect(matching.owned).toEqual([`${prefix}.a-0`, `${prefix}.b-0`]);
  });

  test('that are deleted are let go of, and one made again under the name is another', async () => {
    const { groups, groupId, topic, member } = await setUp(2);
    const one = member('one');
    await one.join();
    await groups.commitOffsets(groupId, one.name, [{ topic, partition: 0, offset: 7 }]);
    await groups.topics.delete(topic);
    groups.runtime.advance(5_000);
    await one.beat();
    expect(one.owned).toEqual([]);
    await groups.topics.create({ name: topic, partitionCount: 1 });
    groups.runtime.advance(5_000);
    await one.beat();
    expect(one.owned).toEqual([`${topic}-0`]);
    const [committed] = await groups.fetchOffsets(groupId, one.name, [{ topic, partition: 0 }]);
    expect(committed?.offset).toBeUndefined();
  });
});

describe('static members', () => {
  const named = (instanceId: string) => ({ instanceId });

  test('that leave for a while find their partitions again, and nobody else gets them meanwhile', async () => {
    const { groups, groupId, member } = await setUp();
    const [one, two] = [member('one', named('i1')), member('two', named('i2'))];
    await one.join();
    await two.join();
    await settle(groups, groupId, [one, two]);
    const before = one.owned;
    await one.leave(-2);
    groups.runtime.advance(30_000);
    await two.beat();
    expect(counts([two])).toEqual([2]);
    const again = member('one again', named('i1'));
    await again.join();
    expect(again.owned).toEqual(before);
    expect(await refusalOf(one.beat())).toBe('FENCED_INSTANCE_ID');
    await two.beat();
    expect(counts([two])).toEqual([2]);
  });

  test('that stay away for longer than their session lose them', async () => {
    const { groups, groupId, member } = await setUp();
    const [one, two] = [member('one', named('i1')), member('two', named('i2'))];
    await one.join();
    await two.join();
    await settle(groups, groupId, [one, two]);
    await one.leave(-2);
    for (let heartbeats = 0; heartbeats < 10; heartbeats += 1) {
      groups.runtime.advance(5_000);
      await two.beat();
    }
    expect(counts([two])).toEqual([4]);
  });

  test('whose name is in use have to wait until it is not', async () => {
    const { groups, groupId, member } = await setUp();
    const one = member('one', named('i1'));
    await one.join();
    const before = await groups.describe(groupId);
    expect(await refusalOf(member('two', named('i1')).join())).toBe('UNRELEASED_INSTANCE_ID');
    expect(await groups.describe(groupId)).toEqual(before);
    await one.leave();
    expect(await refusalOf(member('two', named('i1')).join())).toBe('done');
  });
});

describe('epochs', () => {
  test('a member that missed an answer goes on under the epoch before, if it owns no more than it may', async () => {
    const { groups, groupId, topic, member } = await setUp();
    const [one, two] = [member('one'), member('two')];
    await one.join();
    await two.join();
    await settle(groups, groupId, [one, two]);
    const { epoch, owned } = two;
    await one.leave();
    await two.beat(); // now at the next epoch, with everything
    const lost = { ownedPartitions: [], memberEpoch: epoch };
    expect((await two.beat(lost)).assignment?.[0]?.partitions).toHaveLength(4);
    expect(owned).toHaveLength(2);
    const tooMuch = { ownedPartitions: [{ topicName: topic, partitions: [0, 9] }], memberEpoch: epoch };
    expect(await refusalOf(two.beat(tooMuch))).toBe('FENCED_MEMBER_EPOCH');
    expect(await refusalOf(two.beat({ memberEpoch: epoch, ownedPartitions: undefined }))).toBe(
      'FENCED_MEMBER_EPOCH',
    );
    expect(await refusalOf(two.beat({ memberEpoch: two.epoch + 1 }))).toBe('FENCED_MEMBER_EPOCH');
  });
});

describe('what is asked of a group that cannot be', () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ['a heartbeat of a group that is not', { memberEpoch: 1 }, 'GROUP_ID_NOT_FOUND'],
    ['a join that subscribes to nothing', { memberEpoch: 0, subscribedTopicNames: [] }, 'INVALID_REQUEST'],
    ['a join with partitions', { ownedPartitions: [{ topicName: 't', partitions: [0] }] }, 'INVALID_REQUEST'],
    ['an epoch that means nothing', { memberEpoch: -3 }, 'INVALID_REQUEST'],
    ['leaving for a while without an instance id', { memberEpoch: -2 }, 'INVALID_REQUEST'],
    ['a member without a name', { memberId: '' }, 'INVALID_REQUEST'],
    ['an assignor that is not', { serverAssignor: 'sticky' }, 'UNSUPPORTED_ASSIGNOR'],
    ['a pattern that is none', { subscribedTopicRegex: '(' }, 'INVALID_REGULAR_EXPRESSION'],
    ['a rebalance timeout of nothing', { rebalanceTimeoutMs: 0 }, 'INVALID_REQUEST'],
  ];

  test.each(cases)('%s makes no group', async (_, heartbeat, error) => {
    const groups = openGroups(await openStores());
    const groupId = newName('group');
    const join = { memberId: 'one', memberEpoch: 0, subscribedTopicNames: ['t'], ...heartbeat };
    expect(await refusalOf(groups.heartbeat(groupId, join))).toBe(error);
    expect(await refusalOf(groups.describe(groupId))).toBe('GROUP_ID_NOT_FOUND');
  });

  test.each(['', 'x'.repeat(256), '\ud800'])('a group cannot be named %j', async (groupId) => {
    const groups = openGroups(await openStores());
    expect(await refusalOf(groups.describe(groupId))).toBe('INVALID_GROUP_ID');
  });
});
