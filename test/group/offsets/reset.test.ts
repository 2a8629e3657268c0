import { describe, expect, test } from 'vitest';
import type { ResetTo } from '../../../lib/group/types.ts';
import { asOffset } from '../../../lib/kafka/types.ts';
import { batchOf } from '../../log/batches.ts';
import { openStores } from '../../log/test-logs.ts';
import { newName, newTopic, openGroups, refusalOf, TestMember } from '../test-groups.ts';

const RECORDS = 10;
const FIRST_MS = 1_000;

/** A topic of one partition with ten records, a second apart; retention has taken the first two. */
async function setUp() {
  const stores = await openStores();
  const groups = openGroups(stores);
  const topic = await newTopic(groups, 1);
  const groupId = newName('group');
  const { id: topicId } = await groups.topics.get(topic);
  for (let at = 0; at < RECORDS; at += 1) {
    const batch = batchOf([`${at}`], { timestamps: [FIRST_MS + at * 1_000] });
    await groups.logs.append({ topicId, partition: 0 }, [batch]);
  }
  await stores.metadata.advance({ topicId, partition: 0 }, asOffset(2));
  const committed = async () =>
    (await groups.fetchOffsets(groupId, undefined, [{ topic, partition: 0 }]))[0]?.offset;
  const reset = (to: ResetTo, dryRun = false) =>
    groups.resetOffsets(groupId, { partitions: [{ topic }], to, dryRun });
  return { stores, groups, topic, groupId, committed, reset };
}

describe('a reset', () => {
  const cases: [string, ResetTo, number][] = [
    ['to the earliest offset', { kind: 'earliest' }, 2],
    ['to the latest', { kind: 'latest' }, 10],
    ['to a time', { kind: 'timestamp', timestampMs: 5_500 }, 5],
    ['to a time after all records', { kind: 'timestamp', timestampMs: 60_000 }, 10],
    ['to an offset', { kind: 'offset', offset: 7 }, 7],
    ['to an offset beyond the end', { kind: 'offset', offset: 70 }, 10],
    ['to an offset that retention has taken', { kind: 'offset', offset: 0 }, 2],
    ['by so many on', { kind: 'shift', by: 3 }, 8],
    ['by so many back', { kind: 'shift', by: -2 }, 3],
    ['by more than there are', { kind: 'shift', by: -20 }, 2],
  ];

  test.each(cases)('%s moves what the group committed', async (_, to, offset) => {
    const { groups, groupId, topic, committed, reset } = await setUp();
    await groups.commitOffsets(groupId, undefined, [{ topic, partition: 0, offset: 5 }]);
    expect(await reset(to, true)).toEqual([{ topic, partition: 0, offset }]);
    expect(await committed()).toBe(5);
    expect(await reset(to)).toEqual([{ topic, partition: 0, offset }]);
    expect(await committed()).toBe(offset);
  });

  test('makes a group that is not; but there is nothing to shift in it', async () => {
    const { groups, groupId, committed, reset } = await setUp();
    expect(await refusalOf(reset({ kind: 'shift', by: 1 }))).toBe('GROUP_ID_NOT_FOUND');
    await reset({ kind: 'earliest' });
    expect(await committed()).toBe(2);
    expect((await groups.describe(groupId)).state).toBe('Empty');
  });

  test('is refused while the group has members, until their sessions are over', async () => {
    const { groups, groupId, topic, committed, reset } = await setUp();
    await new TestMember(groups, groupId, 'one', { subscribedTopicNames: [topic] }).join();
    expect(await refusalOf(reset({ kind: 'latest' }))).toBe('NON_EMPTY_GROUP');
    expect(await committed()).toBeUndefined();
    groups.runtime.advance(45_001);
    await reset({ kind: 'latest' });
    expect(await committed()).toBe(10);
  });

  test.each([
    ['that it makes', undefined],
    ['that is there', 1],
  ])('is refused when a member joins in between, to a group %s', async (_, offset) => {
    const { stores, groups, groupId, topic, committed } = await setUp();
    if (offset !== undefined)
      await groups.commitOffsets(groupId, undefined, [{ topic, partition: 0, offset }]);
    const slow = openGroups(stores, { runtime: groups.runtime });
    const held = slow.faults.hold('metadata.write');
    const late = refusalOf(slow.resetOffsets(groupId, { partitions: [{ topic }], to: { kind: 'latest' } }));
    await held.arrived;
    await new TestMember(groups, groupId, 'one', { subscribedTopicNames: [topic] }).join();
    held.release();
    expect(await late).toBe('NON_EMPTY_GROUP');
    expect(await committed()).toBe(offset);
  });

  test('of more partitions than one write takes is whole', async () => {
    const groups = openGroups(await openStores());
    const topic = await newTopic(groups, 250);
    const groupId = newName('group');
    await groups.resetOffsets(groupId, { partitions: [{ topic }], to: { kind: 'latest' } });
    expect(await groups.fetchOffsets(groupId, undefined, undefined)).toHaveLength(250);
  });

  test.each<[string, object, string]>([
    ['nothing', { partitions: [] }, 'INVALID_REQUEST'],
    ['a topic that is not', { partitions: [{ topic: 'none' }] }, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['an offset below zero', { to: { kind: 'offset', offset: -1 } }, 'INVALID_REQUEST'],
    ['half a record on', { to: { kind: 'shift', by: 0.5 } }, 'INVALID_REQUEST'],
  ])('of %s is refused by name', async (_, wrong, error) => {
    const { groups, groupId, topic } = await setUp();
    const reset = { partitions: [{ topic }], to: { kind: 'earliest' } as const, ...wrong };
    expect(await refusalOf(groups.resetOffsets(groupId, reset))).toBe(error);
    expect(await refusalOf(groups.describe(groupId))).toBe('GROUP_ID_NOT_FOUND');
  });
});

test('a lag is what stands behind the committed offset, and tells whose it is', async () => {
  const { groups, groupId, topic } = await setUp();
  const other = await newTopic(groups, 1);
  await groups.commitOffsets(groupId, undefined, [{ topic: other, partition: 0, offset: 5 }]);
  const one = new TestMember(groups, groupId, 'one', { subscribedTopicNames: [topic], clientId: 'client' });
  await one.join();
  expect(await groups.lags(groupId)).toMatchObject([
    {
      topic,
      partition: 0,
      currentOffset: undefined,
      logEndOffset: 10,
      lag: undefined,
      owner: { memberId: 'one' },
    },
    { topic: other, partition: 0, currentOffset: 5, logEndOffset: 0, lag: 0, owner: undefined },
  ]);
  await groups.commitOffsets(groupId, one.name, [{ topic, partition: 0, offset: 4 }]);
  expect((await groups.lags(groupId))[0]).toMatchObject({
    currentOffset: 4,
    lag: 6,
    owner: { clientId: 'client' },
  });
});
