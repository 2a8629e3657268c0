import { describe, expect, test } from 'vitest';
import { openGroup } from '../open-group.ts';
import { refusalOf } from '../test-groups.ts';

const setUp = (partitionCount = 1, config = {}) => openGroup(partitionCount, config);

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
