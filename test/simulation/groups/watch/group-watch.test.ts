import { expect, test } from 'vitest';
import { encodeCommitted } from '../../../../lib/group/codec/committed-offset.ts';
import { encodeGroup } from '../../../../lib/group/codec/group-item.ts';
import { type Group, type Member, newGroup } from '../../../../lib/group/group.ts';
import { NOTHING } from '../../../../lib/group/owned.ts';
import { JOIN_EPOCH } from '../../../../lib/group/types.ts';
import { asOffset } from '../../../../lib/kafka/types.ts';
import { committedOffsetKey, groupKey } from '../../../../lib/storage/keys.ts';
import { checkCommitted, checkFetched } from './check-told.ts';
import { GroupWatch } from './group-watch.ts';
import { NEVER } from './instants.ts';
import { partOf } from './part.ts';

const GROUP = 'g';
const PARTS = [0, 1, 2];
/** What is committed here is of this partition. */
const FIRST = partOf({ topicId: 't', partition: 0 });

type Epochs = readonly (readonly [partition: number, epoch: number])[];

interface Shape {
  readonly assigned?: Epochs;
  readonly revoking?: Epochs;
  readonly target?: readonly number[];
  readonly epoch?: number;
}

function memberOf(memberId: string, { assigned = [], revoking = [], target, epoch = 1 }: Shape): Member {
  const wanted = target ?? assigned.map(([partition]) => partition);
  return {
    memberId,
    instanceId: undefined,
    rackId: undefined,
    clientId: undefined,
    epoch,
    previousEpoch: 0,
    subscription: { topicNames: ['topic'], pattern: undefined },
    assignor: undefined,
    rebalanceTimeoutMs: 1,
    sessionTimeoutMs: 1,
    joinedMs: 0,
    assigned: assigned.length > 0 ? new Map([['t', new Map(assigned)]]) : NOTHING,
    revoking: revoking.length > 0 ? new Map([['t', new Map(revoking)]]) : NOTHING,
    revokingSinceMs: revoking.length > 0 ? 0 : undefined,
    target: wanted.length > 0 ? new Map([['t', new Set(wanted)]]) : new Map(),
  };
}

/** A watch over one group, which those who stand in it have asked to join. */
class Watched {
  readonly problems: string[] = [];
  readonly watch = new GroupWatch({ problem: (fact) => this.problems.push(fact), onEnd: () => undefined });
  readonly record = this.watch.record(GROUP);

  /** The first words of what broke. */
  get broken(): string[] {
    return this.problems.map((problem) => problem.split(':', 1)[0] ?? '');
  }

  group(
    epoch: number,
    members: Readonly<Record<string, Shape>>,
    generation = 'one',
    joining: readonly string[] = Object.keys(members),
  ): this {
    const shapes = Object.entries(members);
    for (const memberId of joining)
      this.record.sayings.hear(memberId, { epoch: JOIN_EPOCH, owned: undefined, ended: NEVER });
    const group: Group = {
      ...newGroup(generation, 0),
      epoch,
      topics: new Map([['t', { name: 'topic', partitionCount: PARTS.length }]]),
      members: new Map(shapes.map(([memberId, shape]) => [memberId, memberOf(memberId, shape)])),
      emptySinceMs: shapes.length > 0 ? undefined : 0,
    };
    const { key, ...item } = encodeGroup(GROUP, group);
    this.watch.see(key, { key, version: '', ...item });
    return this;
  }

  delete(): this {
    this.watch.see(groupKey(GROUP), undefined);
    return this;
  }

  /** A member commits; it is put under that fence. */
  commit(memberId: string, memberEpoch: number, offset: number, fence: number, generation = 'one') {
    const { commits, instants } = this.watch;
    const member = { memberId, memberEpoch };
    const sent = commits.begin({ member, offsets: new Map([[FIRST, offset]]), begun: instants.next() });
    this.put(sent.tag, offset, fence, generation);
    return sent;
  }

  put(metadata: string, offset: number, fence: number, generation = 'one'): void {
    const key = committedOffsetKey(GROUP, { topicId: 't', partition: 0 });
    const common = { id: metadata || 'reset', leaderEpoch: undefined, metadata, committedMs: 0 };
    const commit = { ...common, epoch: fence, offset: asOffset(offset) };
    this.watch.see(key, { key, version: '', attributes: encodeCommitted({ generation, fence, commit }) });
  }

  process(...offsets: number[]): this {
    for (const offset of offsets) this.record.progress(FIRST).process(offset);
    return this;
  }
}

const all = PARTS.map((partition) => [partition, 1] as const);
/** All is a's, at epoch 1. */
const ofOne = () => new Watched().group(1, { a: { assigned: all } });

test('a group that changes as it should breaks nothing', () => {
  const watched = ofOne()
    .group(2, { a: { assigned: all, target: [0, 1] }, b: { target: [2], epoch: 2 } })
    .group(2, { a: { assigned: all.slice(0, 2), revoking: all.slice(2) }, b: { target: [2], epoch: 2 } })
    .group(2, { a: { assigned: all.slice(0, 2), epoch: 2 }, b: { target: [2], epoch: 2 } })
    .group(2, { a: { assigned: all.slice(0, 2), epoch: 2 }, b: { assigned: [[2, 2]], epoch: 2 } });
  expect(watched.problems).toEqual([]);
});

test('a partition has one owner', () => {
  const watched = new Watched().group(1, { a: { assigned: all }, b: { assigned: [[2, 1]], target: [] } });
  expect(watched.broken).toContain('two owners');
});

test('whoever holds a partition later got it at a higher epoch', () => {
  const watched = ofOne().group(2, { b: { assigned: all, epoch: 2 } });
  expect(watched.broken).toContain('assignment epoch');
});

test('every partition that is subscribed to is to have an owner', () => {
  expect(new Watched().group(1, { a: { assigned: all.slice(0, 2) } }).broken).toEqual(['target']);
});

test('targets and members change with the epoch only, and the epoch never falls', () => {
  expect(ofOne().group(1, { a: { assigned: all, target: [0, 1] }, b: { target: [2] } }).broken).toContain(
    'group epoch',
  );
  expect(ofOne().group(0, { a: { assigned: all } }).broken).toContain('group epoch');
});

test('nothing is taken from a member that could have kept it', () => {
  const swapped = { a: { assigned: all, target: [2] }, b: { target: [0, 1], epoch: 2 } };
  expect(ofOne().group(2, swapped).broken).toEqual(['stickiness']);
});

test('nobody comes into a group who did not ask for it', () => {
  const watched = ofOne();
  for (const said of watched.record.sayings.openSince('a', 0)) said.ended = watched.watch.instants.next();
  watched.group(2, {}).delete();
  expect(watched.problems).toEqual([]);
  watched.group(1, { a: { assigned: all } }, 'another', []);
  expect(watched.broken).toEqual(['not said']);
});

test('a group with members is not deleted', () => {
  expect(ofOne().delete().broken).toEqual(['deletion']);
});

test('a commit stands under the epoch at which its member got the partition', () => {
  const watched = ofOne().process(0, 1);
  watched.commit('a', 1, 2, 1);
  expect(watched.problems).toEqual([]);
  watched.commit('b', 1, 2, 1);
  watched.commit('a', 1, 2, 2);
  expect(new Set(watched.broken)).toEqual(new Set(['I8']));
});

test('no former owner moves an offset that its successor was told', () => {
  const watched = ofOne().process(0, 1);
  watched.record.show('one', FIRST, 2);
  watched.commit('a', 1, 2, 1);
  expect(watched.broken).toEqual(['I8']);
});

test('nothing is committed that nobody has processed', () => {
  const watched = ofOne().process(0, 2);
  watched.commit('a', 1, 3, 1);
  expect(watched.broken).toEqual(['skipped']);
});

test('what was answered is not written any more', () => {
  const watched = ofOne().process(0);
  const sent = watched.commit('a', 1, 1, 1);
  sent.outcome = 'done';
  watched.put('', 0, 1);
  watched.put(sent.tag, 1, 1);
  expect(watched.broken).toContain('late commit');
});

test('a reset needs a group without members, and leaves its epoch as the fence', () => {
  const watched = ofOne();
  watched.put('', 0, 1);
  expect(watched.broken).toEqual(['I8']);
  const empty = ofOne().group(2, {});
  empty.put('', 0, 2);
  expect(empty.problems).toEqual([]);
});

test('an acknowledged commit was there', () => {
  const watched = ofOne();
  const { commits, instants } = watched.watch;
  const member = { memberId: 'a', memberEpoch: 1 };
  const sent = commits.begin({ member, offsets: new Map([[FIRST, 0]]), begun: instants.next() });
  sent.ended = instants.next();
  checkCommitted(watched.record, sent);
  expect(watched.broken).toEqual(['lost commit']);
});

test('whoever asks is told what stood there meanwhile', () => {
  const watched = ofOne().process(0, 1, 2);
  const begun = watched.watch.instants.next();
  watched.commit('a', 1, 2, 1);
  const span = { begun, ended: watched.watch.instants.next() };
  checkFetched(watched.record, span, FIRST, undefined);
  checkFetched(watched.record, span, FIRST, 2);
  expect(watched.problems).toEqual([]);
  checkFetched(watched.record, span, FIRST, 1);
  expect(watched.broken).toEqual(['wrong answer']);
});
