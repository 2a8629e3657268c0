import { describe, expect, test } from 'vitest';
import { Meter } from '../../../lib/storage/metered/meter.ts';
import { meterStores } from '../../../lib/storage/metered/metered.ts';
import { countCalls, openStores } from '../../log/test-logs.ts';
import { newName, newTopic, openGroups, refusalOf, settle, TestMember } from '../test-groups.ts';

async function setUp(partitionCount = 4) {
  const stores = await openStores();
  const meter = new Meter();
  const metered = meterStores(stores, meter);
  const groups = openGroups(metered);
  const topic = await newTopic(groups, partitionCount);
  const groupId = newName('group');
  const member = (memberId: string) =>
    new TestMember(groups, groupId, memberId, { subscribedTopicNames: [topic] });
  return { stores: metered, meter, groups, topic, groupId, member };
}

describe('what a heartbeat costs', () => {
  test('one that changes nothing reads the group and writes the member, once', async () => {
    const { meter, groups, groupId, member } = await setUp();
    const [one, two] = [member('one'), member('two')];
    await one.join();
    await two.join();
    await settle(groups, groupId, [one, two]);
    meter.reset();
    for (let heartbeats = 0; heartbeats < 10; heartbeats += 1) await one.beat();
    expect(meter.calls).toEqual({ 'metadata.get': 10, 'metadata.write': 10 });
    expect(meter.total).toMatchObject({ readUnits: 10, writeUnits: 10 });
  });

  test('once an interval somebody looks at who is silent, and at the topics', async () => {
    const { meter, groups, groupId, member } = await setUp();
    const [one, two] = [member('one'), member('two')];
    await one.join();
    await two.join();
    await settle(groups, groupId, [one, two]);
    groups.runtime.advance(5_000);
    meter.reset();
    for (const each of [one, two]) await each.beat();
    expect(meter.calls).toEqual({ 'metadata.get': 3, 'metadata.query': 1, 'metadata.write': 2 });
  });

  test('one that changes something writes the group once beside it', async () => {
    const { meter, member } = await setUp();
    await member('one').join();
    meter.reset();
    await member('two').join();
    expect(meter.of('metadata.write').requests).toBe(2);
  });

  test('a crowd that comes at once is written together', async () => {
    const { groups, meter, groupId, member } = await setUp(50);
    await member('first').join();
    meter.reset();
    await Promise.all(Array.from({ length: 50 }, (_, index) => member(`m${index}`).join()));
    // A write for each member's own item. Beside that the first may go alone; all that come meanwhile go together.
    expect(meter.of('metadata.write').requests).toBeLessThanOrEqual(50 + 2);
    expect((await groups.describe(groupId)).members).toHaveLength(51);
  });

  test('a group without members, and one that nobody asks for, costs nothing', async () => {
    const { meter, groups, member } = await setUp();
    const one = member('one');
    await one.join();
    await one.leave();
    meter.reset();
    groups.runtime.advance(24 * 3_600_000);
    expect(groups.runtime.sleepers).toBe(0);
    expect(meter.calls).toEqual({});
  });
});

describe('two coordinators', () => {
  test('that act on one group at once: nobody overwrites what the other wrote', async () => {
    const { stores, groups, topic, groupId } = await setUp(8);
    const others = [
      groups,
      ...Array.from({ length: 3 }, () => openGroups(stores, { runtime: groups.runtime })),
    ];
    const members = Array.from(
      { length: 8 },
      (_, at) =>
        new TestMember(others[at % others.length] ?? groups, groupId, `m${at}`, {
          subscribedTopicNames: [topic],
        }),
    );
    await Promise.all(members.map((member) => member.join()));
    await settle(groups, groupId, members);
    expect(members.map(({ owned }) => owned.length)).toEqual(members.map(() => 1));
    expect(new Set(members.flatMap(({ owned }) => owned)).size).toBe(8);
  });

  test('one of which is frozen: what it decided long ago is decided anew', async () => {
    const { stores, groups, topic, groupId, member } = await setUp();
    const slow = openGroups(stores, { runtime: groups.runtime });
    const one = member('one');
    await one.join();
    const held = slow.faults.hold('metadata.write');
    const two = new TestMember(slow, groupId, 'two', { subscribedTopicNames: [topic] });
    const joins = two.join();
    await held.arrived;
    await one.leave();
    const three = member('three');
    await three.join();
    held.release();
    await joins;
    const { members } = await groups.describe(groupId);
    expect(members.map(({ memberId }) => memberId)).toEqual(['three', 'two']);
    await settle(groups, groupId, [two, three]);
    expect([two.owned.length, three.owned.length]).toEqual([2, 2]);
  });
});

describe('a write of which no answer comes', () => {
  test.each(['lost', 'answerLost'] as const)('(%s) makes one member of a join', async (fault) => {
    const { groups, groupId, member } = await setUp();
    groups.faults.order('metadata.write', fault);
    const one = member('one');
    await one.join();
    expect(one.owned).toHaveLength(4);
    expect((await groups.describe(groupId)).members).toHaveLength(1);
  });

  test.each(['lost', 'answerLost'] as const)('(%s) lets who leaves have left', async (fault) => {
    const { groups, groupId, member } = await setUp();
    const one = member('one');
    await one.join();
    groups.faults.order('metadata.write', fault);
    expect(await refusalOf(one.leave())).toBe('done');
    expect((await groups.describe(groupId)).members).toEqual([]);
  });

  test('and that is done late changes nothing', async () => {
    const { groups, groupId, member } = await setUp();
    groups.faults.order('metadata.write', 'late');
    const one = member('one');
    await one.join();
    await one.leave();
    const before = await groups.describe(groupId);
    await groups.faults.releaseLate();
    expect(await groups.describe(groupId)).toEqual(before);
  });
});

test('stores that are away make heartbeats wait and then fail by name, and nothing is lost', async () => {
  const { groups, groupId, member } = await setUp();
  const one = member('one');
  await one.join();
  groups.faults.order('metadata.get', 'notDoneForGood');
  expect(await refusalOf(one.beat())).toBe('KAFKA_STORAGE_ERROR');
  groups.faults.order('metadata.get', 'notDone');
  expect(await refusalOf(one.beat())).toBe('done');
  expect((await groups.describe(groupId)).members).toHaveLength(1);
});

test('a broker that shuts down finishes what it accepted, and takes no more', async () => {
  const { groups, member } = await setUp();
  const held = groups.faults.hold('metadata.write');
  const one = member('one');
  const joins = one.join();
  await held.arrived;
  const closed = groups.close();
  expect(await refusalOf(member('two').join())).toBe('COORDINATOR_NOT_AVAILABLE');
  held.release();
  await Promise.all([joins, closed]);
  expect(one.owned).toHaveLength(4);
});

test('a decoded group is used again only while its item is the same', async () => {
  const { stores, groups, topic, groupId, member } = await setUp();
  const other = openGroups(stores, { runtime: groups.runtime });
  const one = member('one');
  await one.join();
  await one.beat();
  await new TestMember(other, groupId, 'two', { subscribedTopicNames: [topic] }).join();
  await one.beat();
  expect(one.owned).toHaveLength(2);
  expect(countCalls(groups.calls)['metadata.get']).toBeGreaterThan(2);
});
