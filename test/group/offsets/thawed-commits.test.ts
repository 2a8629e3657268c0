import { describe, expect, test } from 'vitest';
import { openGroup } from '../open-group.ts';
import { openGroups, refusalOf, type TestMember } from '../test-groups.ts';

const setUp = (partitionCount = 2) => openGroup(partitionCount);

/** Member one holds the partition, and its process is stopped in the middle of a commit, until it has lost it. */
async function frozenCommit() {
  const set = await setUp(1);
  const frozen = openGroups(set.stores, { runtime: set.groups.runtime });
  const one = set.member('one');
  await one.join();
  await set.groups.commitOffsets(set.groupId, one.name, set.at(0, 1));
  const lose = async () => {
    set.groups.runtime.advance(46_000);
    const two = set.member('two');
    await two.join();
    return two;
  };
  const fetch = (two: TestMember) =>
    set.groups.fetchOffsets(set.groupId, two.name, [{ topic: set.topic, partition: 0 }]);
  const commit = () => refusalOf(frozen.commitOffsets(set.groupId, one.name, set.at(0, 100)));
  return { ...set, frozen, one, lose, fetch, commit };
}

describe('a member that is thawed after it has lost its partition', () => {
  test.each(['metadata.getMany', 'metadata.write'] as const)(
    'cannot move its offset: its successor has read it (frozen before %s)',
    async (operation) => {
      const { frozen, lose, fetch, commit, committed } = await frozenCommit();
      const held = frozen.faults.hold(operation);
      const late = commit();
      await held.arrived;
      const two = await lose();
      expect((await fetch(two))[0]?.offset).toBe(1);
      held.release();
      expect(await late).toBe('STALE_MEMBER_EPOCH');
      expect(await committed()).toBe(1);
    },
  );

  test.each(['metadata.getMany', 'metadata.write'] as const)(
    'cannot move its offset: its successor has committed without having read it (frozen before %s)',
    async (operation) => {
      const { groups, groupId, frozen, lose, at, commit, committed } = await frozenCommit();
      const held = frozen.faults.hold(operation);
      const late = commit();
      await held.arrived;
      const two = await lose();
      await groups.commitOffsets(groupId, two.name, at(0, 2));
      held.release();
      expect(await late).toBe('STALE_MEMBER_EPOCH');
      expect(await committed()).toBe(2);
    },
  );

  test('has moved it before its successor reads it, or not at all', async () => {
    const { frozen, lose, fetch, commit } = await frozenCommit();
    const held = frozen.faults.hold('metadata.write');
    const late = commit();
    await held.arrived;
    const two = await lose();
    held.release();
    expect(await late).toBe('done');
    expect((await fetch(two))[0]?.offset).toBe(100);
  });

  test('cannot move it when its write arrives late', async () => {
    const { frozen, lose, fetch, commit, committed } = await frozenCommit();
    frozen.faults.order(
      'metadata.write',
      'late',
      'late',
      'late',
      'late',
      'late',
      'late',
      'late',
      'late',
      'late',
      'late',
    );
    expect(await commit()).toBe('REQUEST_TIMED_OUT');
    const two = await lose();
    expect((await fetch(two))[0]?.offset).toBe(1);
    await frozen.faults.releaseLate();
    expect(await committed()).toBe(1);
  });

  test('cannot undo a reset', async () => {
    const { groups, groupId, topic, frozen, commit, committed } = await frozenCommit();
    const held = frozen.faults.hold('metadata.getMany');
    const late = commit();
    await held.arrived;
    groups.runtime.advance(46_000);
    await groups.resetOffsets(groupId, { partitions: [{ topic }], to: { kind: 'latest' } });
    held.release();
    expect(await late).toBe('STALE_MEMBER_EPOCH');
    expect(await committed()).toBe(0);
  });
});

test('the former life of a static member cannot move the offset of its present one', async () => {
  const { stores, groups, groupId, topic, member, at, committed } = await setUp(1);
  const one = member('one', { instanceId: 'i1' });
  await one.join();
  const frozen = openGroups(stores, { runtime: groups.runtime });
  const held = frozen.faults.hold('metadata.write');
  const late = refusalOf(frozen.commitOffsets(groupId, one.name, at(0, 100)));
  await held.arrived;
  await one.leave(-2);
  const again = member('one again', { instanceId: 'i1' });
  await again.join();
  await groups.fetchOffsets(groupId, again.name, [{ topic, partition: 0 }]);
  held.release();
  expect(await late).toBe('STALE_MEMBER_EPOCH');
  expect(await committed()).toBeUndefined();
});

describe('an answer that does not come', () => {
  test('leaves one commit: the write that was done is found', async () => {
    const { groups, groupId, member, at, committed } = await setUp(1);
    const one = member('one');
    await one.join();
    groups.faults.order('metadata.write', 'answerLost');
    await groups.commitOffsets(groupId, one.name, at(0, 5));
    expect(await committed()).toBe(5);
  });

  test('takes nobody back: a commit that is tried again stands before the one that overtook it', async () => {
    const { stores, groups, groupId, member, at, committed } = await setUp(1);
    const slow = openGroups(stores, { runtime: groups.runtime });
    const one = member('one');
    await one.join();
    await groups.fetchOffsets(groupId, one.name, [{ topic: at(0, 0)[0]?.topic ?? '', partition: 0 }]);
    const held = slow.faults.hold('metadata.write');
    const first = slow.commitOffsets(groupId, one.name, at(0, 10));
    await held.arrived;
    await groups.commitOffsets(groupId, one.name, at(0, 20));
    held.release();
    await first;
    expect(await committed()).toBe(20);
  });
});
