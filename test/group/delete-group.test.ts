import { describe, expect, test } from 'vitest';
import { queryAll } from '../../lib/cluster/query-all.ts';
import type { Stores } from '../../lib/storage/embedded.ts';
import { openStores } from '../log/test-logs.ts';
import { newName, newTopic, openGroups, refusalOf, TestMember } from './test-groups.ts';

const DAY_MS = 24 * 3_600_000;

async function setUp() {
  const stores = await openStores();
  const groups = openGroups(stores);
  const topic = await newTopic(groups, 3);
  const groupId = newName('group');
  const member = (memberId: string) =>
    new TestMember(groups, groupId, memberId, { subscribedTopicNames: [topic] });
  const commit = (offset: number) =>
    groups.commitOffsets(
      groupId,
      undefined,
      [0, 1, 2].map((partition) => ({ topic, partition, offset })),
    );
  const offsets = async () =>
    (await groups.fetchOffsets(groupId, undefined, undefined)).map(({ offset }) => offset);
  const isListed = async () => (await groups.list()).some((listed) => listed.groupId === groupId);
  return { stores, groups, topic, groupId, member, commit, offsets, isListed };
}

const itemsOf = async ({ metadata }: Stores, groupId: string): Promise<string[]> =>
  (await Array.fromAsync(queryAll(metadata, { pk: `G#${groupId}` }))).map(({ key }) => key.sk);

describe('a group that is deleted', () => {
  test('is gone with all that it committed', async () => {
    const { stores, groups, groupId, commit, isListed } = await setUp();
    await commit(5);
    expect(await isListed()).toBe(true);
    await groups.delete(groupId);
    expect(await isListed()).toBe(false);
    expect(await refusalOf(groups.describe(groupId))).toBe('GROUP_ID_NOT_FOUND');
    expect(await refusalOf(groups.delete(groupId))).toBe('GROUP_ID_NOT_FOUND');
    expect(await itemsOf(stores, groupId)).toEqual([]);
  });

  test('has to be without members', async () => {
    const { groups, groupId, member, isListed } = await setUp();
    const one = member('one');
    await one.join();
    expect(await refusalOf(groups.delete(groupId))).toBe('NON_EMPTY_GROUP');
    await one.beat();
    await one.leave();
    await groups.delete(groupId);
    expect(await isListed()).toBe(false);
  });

  test('stays when a member joins in between', async () => {
    const { stores, groups, groupId, member, commit, offsets } = await setUp();
    await commit(5);
    const slow = openGroups(stores, { runtime: groups.runtime });
    const held = slow.faults.hold('metadata.write');
    const late = refusalOf(slow.delete(groupId));
    await held.arrived;
    await member('one').join();
    held.release();
    expect(await late).toBe('NON_EMPTY_GROUP');
    expect(await offsets()).toEqual([5, 5, 5]);
  });

  test('leaves nothing to one that is made under its name before all has been removed', async () => {
    const { stores, groups, groupId, topic, commit, offsets } = await setUp();
    await commit(5);
    const slow = openGroups(stores, { runtime: groups.runtime });
    slow.faults.before('metadata.query', async () => undefined); // of the members
    const held = slow.faults.hold('metadata.query');
    const deletion = slow.delete(groupId);
    await held.arrived; // the group is gone, and what it committed still stands there
    await groups.commitOffsets(groupId, undefined, [{ topic, partition: 1, offset: 9 }]);
    expect(await offsets()).toEqual([9]);
    held.release();
    await deletion;
    expect(await offsets()).toEqual([9]);
    expect((await groups.list()).map((listed) => listed.groupId)).toContain(groupId);
  });

  test('whose removal was interrupted is removed by whoever lists the groups', async () => {
    const { stores, groups, groupId, commit, isListed } = await setUp();
    await commit(5);
    const broken = openGroups(stores, { runtime: groups.runtime });
    broken.faults.order('metadata.query', 'none', 'notDoneForGood'); // of the members; of what was committed
    expect(await refusalOf(broken.delete(groupId))).toBe('KAFKA_STORAGE_ERROR');
    expect(await itemsOf(stores, groupId)).toHaveLength(3);
    expect(await isListed()).toBe(false);
    expect(await itemsOf(stores, groupId)).toEqual([]);
  });

  test('of which no answer came is gone all the same', async () => {
    const { groups, groupId, commit, isListed } = await setUp();
    await commit(5);
    groups.faults.order('metadata.write', 'answerLost');
    await groups.delete(groupId);
    expect(await isListed()).toBe(false);
  });
});

describe('committed offsets', () => {
  test('go when the group has had no members for offsets.retention.minutes, and the group with them', async () => {
    const { stores, groups, groupId, topic, member, offsets, isListed } = await setUp();
    const one = member('one');
    await one.join();
    await groups.commitOffsets(groupId, one.name, [{ topic, partition: 0, offset: 5 }]);
    await one.leave();
    groups.runtime.advance(6.9 * DAY_MS);
    await one.join();
    groups.runtime.advance(0.2 * DAY_MS);
    await one.join(); // its session was over
    await groups.commitOffsets(groupId, one.name, [{ topic, partition: 0, offset: 6 }]);
    await one.leave();
    groups.runtime.advance(6.9 * DAY_MS);
    expect(await offsets()).toEqual([6]);
    groups.runtime.advance(0.2 * DAY_MS);
    expect(await offsets()).toEqual([]);
    expect(await isListed()).toBe(false);
    expect(await itemsOf(stores, groupId)).toEqual([]);
  });

  test('stay as long as somebody commits, member or not', async () => {
    const { groups, groupId, topic, commit, offsets } = await setUp();
    await commit(5);
    groups.runtime.advance(5 * DAY_MS);
    await groups.commitOffsets(groupId, undefined, [{ topic, partition: 1, offset: 6 }]);
    groups.runtime.advance(6.9 * DAY_MS);
    expect(await offsets()).toEqual([5, 6, 5]);
    groups.runtime.advance(0.2 * DAY_MS);
    expect(await offsets()).toEqual([]);
  });

  test('that are over are over for who joins again, too', async () => {
    const { groups, groupId, topic, member, commit } = await setUp();
    await commit(5);
    groups.runtime.advance(8 * DAY_MS);
    const one = member('one');
    await one.join();
    const [committed] = await groups.fetchOffsets(groupId, one.name, [{ topic, partition: 0 }]);
    expect(committed?.offset).toBeUndefined();
  });
});
