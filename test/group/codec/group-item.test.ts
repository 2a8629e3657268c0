import { describe, expect, test } from 'vitest';
import { newUuid } from '../../../lib/cluster/uuid.ts';
import { decodeGroup, encodeGroup, GROUP_BYTES_MAX } from '../../../lib/group/codec/group-item.ts';
import { decodeRanges, encodeRanges } from '../../../lib/group/codec/partition-ranges.ts';
import { decideBatch } from '../../../lib/group/coordinator/decide-batch.ts';
import { type Group, newGroup } from '../../../lib/group/group.ts';
import { ITEM_BYTES_MAX } from '../../../lib/storage/assert-request.ts';
import { seededRandom } from '../../support/random.ts';

const LIMITS = { heartbeatIntervalMs: 5_000, sessionTimeoutMs: 45_000, membersMax: 100_000 };

/** Bytes that a seed repeats, so that the sizes below are the same in each run. */
function uuids(seed: number): () => string {
  const random = seededRandom(seed);
  return () => newUuid((length) => Uint8Array.from({ length }, () => Math.floor(random() * 256)));
}

/** A group that has been through rebalances: members have come one crowd after the other, and some have gone. */
function groupOf(members: number, topics: number, partitionCount: number, toJoin = GROUP_BYTES_MAX) {
  const uuid = uuids(1);
  const names = Array.from({ length: topics }, (_, at) => `orders.of.region.${at}`);
  const catalog = {
    topics: new Map(names.map((name) => [uuid(), { name, partitionCount }])),
    matches: new Map(),
  };
  const context = { nowMs: Date.UTC(2026, 0, 1), limits: LIMITS, catalog, mayBeOwn: false };
  const batch = {
    context,
    heard: undefined,
    lookedMs: 0,
    newGeneration: uuid,
    bytesMax: { toJoin, ever: GROUP_BYTES_MAX },
  };
  const ids = Array.from({ length: members }, uuid);
  let group: Group | undefined;
  const errors: string[] = [];
  for (let at = 0; at < members; at += 100) {
    const joins = ids.slice(at, at + 100).map((memberId) => ({
      memberId,
      memberEpoch: 0,
      clientId: 'a client of orders',
      subscribedTopicNames: names,
    }));
    const decided = decideBatch(group, joins, batch);
    group = decided.group;
    for (const { error } of decided.settled) if (error !== undefined) errors.push(error.error);
    // Everybody lets go, and gets what is free.
    for (let turn = 0; turn < 2; turn += 1) {
      const all = Array.from(group?.members.values() ?? []);
      const beats = all.map(({ memberId, epoch }) => ({ memberId, memberEpoch: epoch, ownedPartitions: [] }));
      group = decideBatch(group, beats, batch).group;
    }
  }
  return { group: group ?? newGroup('', 0), errors };
}

const bytesOf = (group: Group): number => encodeGroup('g', group).data.length;

describe('the item of a group', () => {
  test('holds all of it', () => {
    const { group } = groupOf(3, 2, 7);
    expect(decodeGroup({ ...encodeGroup('g', group), version: 'v1' })).toEqual({ group, version: 'v1' });
  });

  test('of a hundred members and a thousand partitions stays below 16 KB, and of a thousand and ten thousand below 200 KB', () => {
    expect(bytesOf(groupOf(100, 1, 1_000).group)).toBeLessThan(16_000);
    expect(bytesOf(groupOf(1_000, 10, 1_000).group)).toBeLessThan(200_000);
  });

  test('never outgrows what the stores take: nobody new gets in', () => {
    const toJoinMax = 10_000;
    const { group, errors } = groupOf(400, 1, 1_000, toJoinMax);
    // Who is in goes on rebalancing, which takes some room.
    expect(bytesOf(group)).toBeLessThan(toJoinMax * 1.3);
    expect(group.members.size).toBeGreaterThan(50);
    expect(new Set(errors)).toEqual(new Set(['GROUP_MAX_SIZE_REACHED']));
    expect(GROUP_BYTES_MAX).toBeLessThan(ITEM_BYTES_MAX);
  });
});

describe('ranges of partitions', () => {
  test.each([
    [[], ''],
    [[0], '0'],
    [[3, 1, 2, 7, 9, 8], '1-3,7-9'],
    [[10, 12], '10,12'],
  ])('%j is %j', (partitions, text) => {
    expect(encodeRanges(partitions)).toBe(text);
    if (text !== '') expect(decodeRanges(text)).toEqual(partitions.toSorted((a, b) => a - b));
  });

  test.each(['', 'a', '3-1', '1-', '-1', '1,,2'])('%j is none', (text) => {
    expect(() => decodeRanges(text)).toThrow();
  });
});
