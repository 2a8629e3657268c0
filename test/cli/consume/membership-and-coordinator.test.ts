import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AssignedPartition, keyOf } from '../../../lib/cli/consume/assigned-partition.ts';
import {
  answered,
  type Step as MemberStep,
  type Membership,
  outside,
  released,
} from '../../../lib/cli/consume/membership.ts';
import { type Group, newGroup } from '../../../lib/group/group.ts';
import { decideChanges } from '../../../lib/group/membership/decide.ts';
import type { Heartbeat, HeartbeatAnswer } from '../../../lib/group/types.ts';
import { KafkaError } from '../../../lib/kafka/errors.ts';
import { decideOne } from '../../group/decide-one.ts';
import { runs } from '../../support/runs.ts';

const TOPICS = ['a', 'b'];
const LIMITS = { heartbeatIntervalMs: 5_000, sessionTimeoutMs: 45_000, membersMax: 10 };
const MEMBERS = ['m0', 'm1', 'm2', 'm3'];

const ids = fc.constantFrom(...MEMBERS);
const steps = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('beat' as const), id: ids, isHeard: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('release' as const), id: ids }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('release while it beats' as const), id: ids }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), id: ids }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire' as const), id: ids }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('grow' as const), topic: fc.constantFrom(...TOPICS) }),
  },
);
type Step = typeof steps extends fc.Arbitrary<infer Each> ? Each : never;

/** Members as `rivulet consume` has them, and the broker's own decisions. */
class Play {
  group: Group = newGroup('generation', 0);
  readonly members = new Map(MEMBERS.map((id) => [id, outside]));
  /** What each member is reading, by key. */
  readonly #reading = new Map(MEMBERS.map((id) => [id, new Set<string>()]));
  /** What each member was asked to stop reading, and still does. */
  readonly #stopping = new Map<string, AssignedPartition[]>();
  /** Whom the broker has let go of, and who has not heard of it. */
  readonly #expired = new Set<string>();
  readonly #counts = new Map(TOPICS.map((name) => [name, 2]));

  do(step: Step): void {
    if (step.kind === 'beat') this.beat(step.id, step.isHeard);
    else if (step.kind === 'release') this.release(step.id);
    else if (step.kind === 'release while it beats') this.beat(step.id, true, () => this.release(step.id));
    else if (step.kind === 'leave') this.leave(step.id);
    else if (step.kind === 'expire') this.expire(step.id);
    else this.#counts.set(step.topic, (this.#counts.get(step.topic) ?? 0) + 1);
    this.check();
  }

  /** Members that the group has not given up read different partitions, and have told it of all that they read. */
  check(): void {
    const reader = new Map<string, string>();
    for (const [id, keys] of this.#reading) {
      if (this.#expired.has(id)) continue;
      expect(Array.from(this.#member(id).owned.keys()).toSorted()).toEqual(Array.from(keys).toSorted());
      for (const key of keys) {
        expect(reader.get(key), `${key} is read by ${id} and`).toBeUndefined();
        reader.set(key, id);
      }
    }
  }

  get allRead(): string[] {
    return Array.from(this.#reading.values(), (keys) => Array.from(keys)).flat();
  }

  get allPartitions(): string[] {
    return Array.from(this.#counts, ([topic, count]) =>
      Array.from({ length: count }, (_, partition) => keyOf({ topicId: `id-${topic}`, topic, partition })),
    ).flat();
  }

  beat(id: string, isHeard: boolean, meanwhile: () => void = () => undefined): void {
    const member = this.#member(id);
    try {
      const answer = this.#decide({ memberId: id, memberEpoch: member.epoch, ...this.#report(member) });
      meanwhile();
      if (!isHeard) return;
      const assignment = answer.assignment?.flatMap(({ topicId, topicName: topic, partitions }) =>
        partitions.map((partition): AssignedPartition => ({ topicId, topic, partition })),
      );
      const { memberEpoch, heartbeatIntervalMs } = answer;
      const heard = { memberEpoch, heartbeatIntervalMs, assignment: assignment ?? null };
      this.#follow(id, answered(this.#member(id), heard));
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      expect(['UNKNOWN_MEMBER_ID', 'FENCED_MEMBER_EPOCH']).toContain(error.error);
      expect(this.#expired, `${id} was refused: ${error.message}`).toContain(id);
      this.#forget(id);
    }
  }

  #follow(id: string, { next, toStart, toStop }: MemberStep): void {
    this.members.set(id, next);
    this.#stopping.set(id, [...(this.#stopping.get(id) ?? []), ...toStop]);
    for (const each of toStart) {
      expect(this.#reading.get(id)).not.toContain(keyOf(each));
      this.#reading.get(id)?.add(keyOf(each));
    }
  }

  release(id: string): void {
    const stopped = this.#stopping.get(id) ?? [];
    this.#stopping.delete(id);
    for (const each of stopped) this.#reading.get(id)?.delete(keyOf(each));
    this.members.set(id, released(this.#member(id), stopped));
  }

  leave(id: string): void {
    if (this.group.members.has(id)) this.#decide({ memberId: id, memberEpoch: -1 });
    this.#forget(id);
  }

  expire(id: string): void {
    if (!this.group.members.has(id)) return;
    const nowMs = 2 * LIMITS.sessionTimeoutMs;
    const heard = new Map(
      MEMBERS.filter((each) => each !== id).map((each) => [each, { heartbeatMs: nowMs }]),
    );
    this.group = decideChanges(this.group, heard, { nowMs, catalog: this.#catalog });
    expect(this.group.members.has(id)).toBe(false);
    this.#expired.add(id);
  }

  #forget(id: string): void {
    this.members.set(id, outside);
    this.#stopping.delete(id);
    this.#reading.get(id)?.clear();
    this.#expired.delete(id);
  }

  #member(id: string): Membership {
    const member = this.members.get(id);
    if (member === undefined) throw new Error(`there is no ${id}`);
    return member;
  }

  #report({ owned }: Membership): Partial<Heartbeat> {
    const ownedPartitions = Array.from(owned.values(), ({ topicId, partition }) => ({
      topicId,
      partitions: [partition],
    }));
    return { subscribedTopicNames: TOPICS, ownedPartitions };
  }

  #decide(heartbeat: Heartbeat): HeartbeatAnswer {
    const context = { nowMs: 0, limits: LIMITS, catalog: this.#catalog };
    const current = decideChanges(this.group, undefined, context);
    const { group, answer } = decideOne(current, heartbeat, context);
    this.group = group;
    return answer;
  }

  get #catalog() {
    const topics = Array.from(
      this.#counts,
      ([name, partitionCount]) => [`id-${name}`, { name, partitionCount }] as const,
    );
    return { topics: new Map(topics), matches: new Map() };
  }
}

/** The first answer that is lost gives a partition, the second one asks for others back. */
const isAskedUnheard: Step[] = [
  { kind: 'beat', id: 'm3', isHeard: true },
  { kind: 'grow', topic: 'a' },
  { kind: 'beat', id: 'm3', isHeard: false },
  { kind: 'beat', id: 'm0', isHeard: false },
  { kind: 'beat', id: 'm3', isHeard: false },
];

/** Each answer that is lost tells of a new epoch. */
const isGivenUnheard: Step[] = [
  { kind: 'beat', id: 'm3', isHeard: true },
  { kind: 'grow', topic: 'a' },
  { kind: 'beat', id: 'm3', isHeard: false },
  { kind: 'grow', topic: 'a' },
  { kind: 'beat', id: 'm3', isHeard: false },
];

test('whatever is lost or late, no two members read a partition, and in the end each one is read', () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 60 }), (all) => {
      const play = new Play();
      for (const step of all) play.do(step);
      for (let round = 0; round < 12; round++) {
        for (const id of MEMBERS) {
          play.do({ kind: 'beat', id, isHeard: true });
          play.do({ kind: 'release', id });
        }
      }
      expect(play.allRead.toSorted()).toEqual(play.allPartitions.toSorted());
    }),
    { numRuns: runs(200), examples: [[isAskedUnheard], [isGivenUnheard]] },
  );
});
