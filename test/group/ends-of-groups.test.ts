import { describe, expect, test } from 'vitest';
import { openGroup } from './open-group.ts';
import { refusalOf } from './test-groups.ts';

const setUp = (partitionCount = 1, config = {}) => openGroup(partitionCount, config);

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
