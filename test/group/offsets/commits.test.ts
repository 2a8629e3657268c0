import { describe, expect, test } from 'vitest';
import { openGroup } from '../open-group.ts';
import { openGroups, refusalOf, settle } from '../test-groups.ts';

const setUp = (partitionCount = 2) => openGroup(partitionCount);

describe('a member', () => {
  test('commits for its partitions, beyond their ends too, and finds it again', async () => {
    const { groups, groupId, topic, member, at } = await setUp();
    const one = member('one');
    await one.join();
    await groups.commitOffsets(groupId, one.name, at(1, 1_000, { metadata: 'there', leaderEpoch: 3 }));
    expect(
      await groups.fetchOffsets(groupId, one.name, [
        { topic, partition: 1 },
        { topic, partition: 0 },
      ]),
    ).toEqual([
      {
        topic,
        partition: 1,
        offset: 1_000,
        leaderEpoch: 3,
        metadata: 'there',
        committedMs: expect.any(Number),
      },
      {
        topic,
        partition: 0,
        offset: undefined,
        leaderEpoch: undefined,
        metadata: '',
        committedMs: undefined,
      },
    ]);
    expect(await groups.fetchOffsets(groupId, undefined, undefined)).toHaveLength(1);
  });

  test('may take its own offset back', async () => {
    const { groups, groupId, member, at, committed } = await setUp();
    const one = member('one');
    await one.join();
    await groups.commitOffsets(groupId, one.name, at(0, 9));
    await groups.commitOffsets(groupId, one.name, at(0, 4));
    expect(await committed()).toBe(4);
  });

  test('commits for a partition that it has still to let go of', async () => {
    const { groups, groupId, member, at, committed } = await setUp(2);
    const [one, two] = [member('one'), member('two')];
    await one.join();
    await two.join();
    await groups.heartbeat(groupId, { memberId: 'one', memberEpoch: one.epoch }); // hears of it, and has not let go
    for (const partition of [0, 1]) {
      await groups.commitOffsets(groupId, one.name, at(partition, 5));
      expect(await committed(partition)).toBe(5);
    }
  });

  test('cannot commit for what it never had, nor for what it has lost', async () => {
    const { groups, groupId, member, at, committed } = await setUp(2);
    const [one, two] = [member('one'), member('two')];
    await one.join();
    const before = { ...one.name };
    expect(
      await refusalOf(groups.commitOffsets(groupId, { memberId: 'none', memberEpoch: 1 }, at(0, 1))),
    ).toBe('UNKNOWN_MEMBER_ID');
    expect(await refusalOf(groups.commitOffsets(groupId, { ...one.name, memberEpoch: 9 }, at(0, 1)))).toBe(
      'STALE_MEMBER_EPOCH',
    );
    await two.join();
    expect(await refusalOf(groups.commitOffsets(groupId, two.name, at(0, 1)))).toBe('STALE_MEMBER_EPOCH');
    await settle(groups, groupId, [one, two]);
    const lost = Number(two.owned[0]?.at(-1));
    expect(await refusalOf(groups.commitOffsets(groupId, before, at(lost, 1)))).toBe('STALE_MEMBER_EPOCH');
    expect(await committed(lost)).toBeUndefined();
  });

  test('that kept a partition through rebalances commits under the epoch that it knows (KIP-1251)', async () => {
    const { groups, groupId, member, at, committed } = await setUp(2);
    const [one, two] = [member('one'), member('two')];
    await one.join();
    const before = { ...one.name };
    await two.join();
    await settle(groups, groupId, [one, two]);
    const kept = Number(one.owned[0]?.at(-1));
    await groups.commitOffsets(groupId, before, at(kept, 3));
    expect(await committed(kept)).toBe(3);
  });
});

test('who is no member cannot ask as one, nor commit nothing', async () => {
  const { groups, groupId, topic, member } = await setUp();
  await member('one').join();
  const nobody = { memberId: 'nobody', memberEpoch: 1 };
  for (const partitions of [undefined, [{ topic, partition: 0 }]]) {
    expect(await refusalOf(groups.fetchOffsets(groupId, nobody, partitions))).toBe('UNKNOWN_MEMBER_ID');
  }
  expect(await refusalOf(groups.commitOffsets(groupId, nobody, []))).toBe('UNKNOWN_MEMBER_ID');
});

test('a member speaks for a partition from the epoch on at which it got it', async () => {
  const { groups, groupId, member, at } = await setUp(2);
  const [one, two] = [member('one'), member('two')];
  await one.join();
  await two.join();
  await settle(groups, groupId, [one, two]);
  const before = two.name;
  const gained = Number(one.owned[0]?.at(-1));
  await one.leave();
  await two.beat();
  expect(await refusalOf(groups.commitOffsets(groupId, before, at(gained, 1)))).toBe('STALE_MEMBER_EPOCH');
  expect(await refusalOf(groups.commitOffsets(groupId, two.name, at(gained, 1)))).toBe('done');
});

describe('who assigns partitions to himself', () => {
  test('commits without being a member, and makes the group by it', async () => {
    const { groups, groupId, at, committed } = await setUp();
    await groups.commitOffsets(groupId, undefined, [...at(0, 3), ...at(1, 4)]);
    expect([await committed(0), await committed(1)]).toEqual([3, 4]);
    expect(await groups.describe(groupId)).toMatchObject({ state: 'Empty', isSimple: true, members: [] });
  });

  test('cannot while there are members', async () => {
    const { groups, groupId, member, at, committed } = await setUp();
    const one = member('one');
    await one.join();
    expect(await refusalOf(groups.commitOffsets(groupId, undefined, at(0, 3)))).toBe('UNKNOWN_MEMBER_ID');
    await one.leave();
    await groups.commitOffsets(groupId, undefined, at(0, 3));
    expect(await committed()).toBe(3);
  });

  test.each([
    ['that it makes', undefined],
    ['that is there', 1],
  ])('cannot when a member joins in between, to a group %s', async (_, before) => {
    const { stores, groups, groupId, member, at, committed } = await setUp();
    if (before !== undefined) await groups.commitOffsets(groupId, undefined, at(0, before));
    const slow = openGroups(stores, { runtime: groups.runtime });
    const held = slow.faults.hold('metadata.write');
    const late = refusalOf(slow.commitOffsets(groupId, undefined, at(0, 3)));
    await held.arrived;
    await member('one').join();
    held.release();
    expect(await late).toBe('UNKNOWN_MEMBER_ID');
    expect(await committed()).toBe(before);
  });
});

describe('offsets that cannot be committed', () => {
  const cases: [string, (topic: string) => object[], string][] = [
    ['below zero', (topic) => [{ topic, partition: 0, offset: -1 }], 'INVALID_REQUEST'],
    ['no whole number', (topic) => [{ topic, partition: 0, offset: 0.5 }], 'INVALID_REQUEST'],
    [
      'of a partition that is not',
      (topic) => [{ topic, partition: 2, offset: 1 }],
      'UNKNOWN_TOPIC_OR_PARTITION',
    ],
    [
      'of a topic that is not',
      () => [{ topic: 'none', partition: 0, offset: 1 }],
      'UNKNOWN_TOPIC_OR_PARTITION',
    ],
    [
      'with too much metadata',
      (topic) => [{ topic, partition: 0, offset: 1, metadata: 'x'.repeat(4_097) }],
      'OFFSET_METADATA_TOO_LARGE',
    ],
    [
      'with a leader epoch below zero',
      (topic) => [{ topic, partition: 0, offset: 1, leaderEpoch: -2 }],
      'INVALID_REQUEST',
    ],
  ];

  test.each(cases)('%s: nothing of the request is', async (_, offsets, error) => {
    const { groups, groupId, topic, member } = await setUp();
    const one = member('one');
    await one.join();
    const request = [{ topic, partition: 1, offset: 1 }, ...offsets(topic)] as Parameters<
      typeof groups.commitOffsets
    >[2];
    expect(await refusalOf(groups.commitOffsets(groupId, one.name, request))).toBe(error);
    expect(await groups.fetchOffsets(groupId, undefined, undefined)).toEqual([]);
  });

  test('named twice', async () => {
    const { groups, groupId, at } = await setUp();
    expect(await refusalOf(groups.commitOffsets(groupId, undefined, [...at(0, 1), ...at(0, 2)]))).toBe(
      'INVALID_REQUEST',
    );
  });
});
