import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Catalog } from '../../../lib/group/catalog.ts';
import { decodeGroup, encodeGroup } from '../../../lib/group/codec/group-item.ts';
import { decideBatch } from '../../../lib/group/coordinator/decide-batch.ts';
import { groupStateOf } from '../../../lib/group/describe.ts';
import { type Group, newGroup } from '../../../lib/group/group.ts';
import { decideChanges } from '../../../lib/group/membership/decide.ts';
import type { Heartbeat, HeartbeatAnswer, OwnedTopic } from '../../../lib/group/types.ts';
import { runs } from '../../support/runs.ts';

/** What a member that lives in a test knows: its epoch, and what it owns. */
interface Client {
  epoch: number;
  owned: Map<string, number[]>;
}

const TOPICS = ['a', 'b', 'c'];
const LIMITS = { heartbeatIntervalMs: 5_000, sessionTimeoutMs: 45_000, membersMax: 6 };

const memberIds = fc.integer({ min: 0, max: 7 }).map((number) => `m${number}`);
const subscriptions = fc.subarray(TOPICS, { minLength: 1 });
const steps = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('join' as const),
      id: memberIds,
      names: subscriptions,
      assignor: fc.constantFrom('uniform', 'range'),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('beat' as const),
      id: memberIds,
      tells: fc.boolean(),
      isHeard: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('subscribe' as const), id: memberIds, names: subscriptions }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), id: memberIds }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave for a while' as const), id: memberIds }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('beat together' as const),
      ids: fc.uniqueArray(memberIds, { minLength: 2, maxLength: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('make again' as const), topic: fc.constantFrom(...TOPICS) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('grow' as const), topic: fc.constantFrom(...TOPICS) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('silence' as const),
      ids: fc.uniqueArray(memberIds, { maxLength: 3 }),
    }),
  },
);
type Step = typeof steps extends fc.Arbitrary<infer Each> ? Each : never;

/** Some members are static, two under each name, so that one may come in the place of the other. */
const instanceOf = (id: string): string | undefined =>
  Number(id.slice(1)) >= 4 ? `i${Number(id.slice(1)) % 2}` : undefined;

const nameOf = (topicId: string): string => topicId.slice(0, topicId.indexOf('.'));

/** What a client says that it owns: some by the names of topics, some by their ids. */
const reportOf = (id: string, { owned }: Client): OwnedTopic[] =>
  Array.from(owned, ([topicId, partitions]) =>
    Number(id.slice(1)) % 3 === 0 ? { topicName: nameOf(topicId), partitions } : { topicId, partitions },
  );

/** A group under random requests, and what has to hold of it at any time. */
class Play {
  group: Group = newGroup('g', 0);
  readonly clients = new Map<string, Client>();
  readonly counts = new Map(TOPICS.map((name) => [name, 2]));
  /** How often each topic was made. */
  readonly lives = new Map(TOPICS.map((name) => [name, 1]));
  readonly #epochs = new Map<string, { owner: string; since: number }>();

  get catalog(): Catalog {
    const topics = Array.from(
      this.counts,
      ([name, partitionCount]) => [`${name}.${this.lives.get(name)}`, { name, partitionCount }] as const,
    );
    return { topics: new Map(topics), matches: new Map() };
  }

  do(step: Step): void {
    if (step.kind === 'join') this.join(step.id, step.names, step.assignor);
    else if (step.kind === 'beat') this.send([[step.id, {}]], step.tells, step.isHeard);
    else if (step.kind === 'beat together')
      this.send(
        step.ids.map((id) => [id, {}]),
        true,
        true,
      );
    else if (step.kind === 'subscribe')
      this.send([[step.id, { subscribedTopicNames: step.names }]], true, true);
    else if (step.kind === 'leave') this.send([[step.id, { memberEpoch: -1 }]], false, true);
    else if (step.kind === 'leave for a while') {
      if (instanceOf(step.id) !== undefined) this.send([[step.id, { memberEpoch: -2 }]], false, true);
    } else if (step.kind === 'silence') this.#silence(step.ids);
    else {
      if (step.kind === 'grow') this.counts.set(step.topic, (this.counts.get(step.topic) ?? 0) + 1);
      else this.lives.set(step.topic, (this.lives.get(step.topic) ?? 0) + 1);
      this.become(decideChanges(this.group, undefined, { nowMs: 0, catalog: this.catalog }));
    }
  }

  #silence(ids: readonly string[]): void {
    const nowMs = 100_000;
    const heard = Array.from(
      this.group.members.keys(),
      (id) => [id, { heartbeatMs: ids.includes(id) ? 0 : nowMs }] as const,
    );
    this.become(decideChanges(this.group, new Map(heard), { nowMs, catalog: this.catalog }));
  }

  join(id: string, subscribedTopicNames: string[], serverAssignor?: string): void {
    this.clients.set(id, { epoch: 0, owned: new Map() });
    this.send([[id, { subscribedTopicNames, serverAssignor }]], false, true);
  }

  /** Heartbeats of different members, in one batch. */
  send(
    all: readonly (readonly [id: string, more: Partial<Heartbeat>])[],
    tells: boolean,
    isHeard: boolean,
  ): void {
    const heartbeats = all.flatMap(([id, more]): Heartbeat[] => {
      const client = this.clients.get(id);
      if (client === undefined) return [];
      const said = tells ? { ownedPartitions: reportOf(id, client) } : {};
      return [{ memberId: id, memberEpoch: client.epoch, instanceId: instanceOf(id), ...said, ...more }];
    });
    const instances = heartbeats.flatMap(({ instanceId }) => instanceId ?? []);
    if (heartbeats.length === 0 || new Set(instances).size < instances.length) return;
    const { group, settled } = decideBatch(this.group, heartbeats, {
      context: { nowMs: 0, limits: LIMITS, catalog: this.catalog, mayBeOwn: false },
      heard: undefined,
      lookedMs: 0,
      newGeneration: () => 'another',
      bytesMax: { toJoin: 1_000_000, ever: 1_000_000 },
    });
    if (group !== undefined) this.become(group);
    for (const [index, { memberId, memberEpoch }] of heartbeats.entries()) {
      const outcome = settled[index];
      if (outcome?.error !== undefined || memberEpoch < 0) this.clients.delete(memberId);
      else if (isHeard && outcome?.answer !== undefined) this.#hear(memberId, outcome.answer);
    }
  }

  #hear(id: string, { memberEpoch, assignment }: HeartbeatAnswer): void {
    const client = this.clients.get(id);
    if (client === undefined) return;
    client.epoch = memberEpoch;
    if (assignment === undefined) return;
    client.owned = new Map(assignment.map(({ topicId, partitions }) => [topicId, [...partitions]]));
  }

  become(next: Group): void {
    expect(next.epoch).toBeGreaterThanOrEqual(this.group.epoch);
    const { group } = decodeGroup({ ...encodeGroup('g', next), version: 'v' });
    expect(group).toEqual(next);
    this.group = next;
    this.#checkOwners();
  }

  /** Each partition has one owner at most, and who has it later has it by a greater epoch. */
  #checkOwners(): void {
    const seen = new Set<string>();
    for (const member of this.group.members.values()) {
      for (const owned of [member.assigned, member.revoking]) {
        for (const [topicId, epochs] of owned) {
          for (const [partition, since] of epochs) {
            const name = `${topicId}-${partition}`;
            expect(seen.has(name), `${name} has two owners`).toBe(false);
            seen.add(name);
            expect(since).toBeLessThanOrEqual(this.group.epoch);
            const before = this.#epochs.get(name);
            if (before !== undefined && (before.owner !== member.memberId || before.since !== since)) {
              expect(since, `${name} went on to ${member.memberId}`).toBeGreaterThan(before.since);
            }
            this.#epochs.set(name, { owner: member.memberId, since });
          }
        }
      }
    }
  }

  /** Everybody is heard, again and again; who was refused, or never heard that it joined, joins again. */
  settle(): void {
    for (const id of this.group.members.keys()) if (!this.clients.has(id)) this.join(id, ['a']);
    for (let turn = 0; turn < 5; turn += 1) {
      for (const id of this.group.members.keys()) this.send([[id, {}]], true, true);
    }
  }
}

const sortedOf = (owned: ReadonlyMap<string, Iterable<number>>): string[] =>
  Array.from(owned, ([topicId, partitions]) => `${topicId}: ${Array.from(partitions).sort()}`).sort();

describe('whatever members do', () => {
  test('a partition has one owner at a time, and everything is owned once all are heard', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 60 }), (all) => {
        const play = new Play();
        for (const step of all) play.do(step);
        play.settle();
        expect(['Stable', 'Empty']).toContain(groupStateOf(play.group));
        let owned = 0;
        for (const [id, { assigned }] of play.group.members) {
          const known = play.clients.get(id)?.owned ?? new Map<string, number[]>();
          const held = new Map(Array.from(assigned, ([topicId, epochs]) => [topicId, epochs.keys()]));
          expect(sortedOf(known)).toEqual(sortedOf(held));
          owned += Array.from(known.values()).flat().length;
        }
        const counts = Array.from(play.group.topics.values(), ({ partitionCount }) => partitionCount);
        expect(owned).toBe(counts.reduce((a, b) => a + b, 0));
      }),
      { numRuns: runs(300) },
    );
  });
});
