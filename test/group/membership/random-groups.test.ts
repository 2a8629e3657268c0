import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Catalog } from '../../../lib/group/catalog.ts';
import { decodeGroup, encodeGroup } from '../../../lib/group/codec/group-item.ts';
import { groupStateOf } from '../../../lib/group/describe.ts';
import { type Group, newGroup } from '../../../lib/group/group.ts';
import { decideChanges } from '../../../lib/group/membership/decide.ts';
import type { Heartbeat } from '../../../lib/group/types.ts';
import { KafkaError } from '../../../lib/kafka/errors.ts';
import { runs } from '../../support/runs.ts';
import { decideOne } from '../decide-one.ts';

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

/** A group under random requests, and what has to hold of it at any time. */
class Play {
  group: Group = newGroup('g', 0);
  readonly clients = new Map<string, Client>();
  readonly counts = new Map(TOPICS.map((name) => [name, 2]));
  readonly #epochs = new Map<string, { owner: string; since: number }>();

  get catalog(): Catalog {
    return {
      topics: new Map(
        Array.from(this.counts, ([name, partitionCount]) => [`id-${name}`, { name, partitionCount }]),
      ),
      matches: new Map(),
    };
  }

  do(step: Step): void {
    if (step.kind === 'join') this.join(step.id, step.names, step.assignor);
    else if (step.kind === 'beat') this.send(step.id, {}, step.tells, step.isHeard);
    else if (step.kind === 'subscribe') this.send(step.id, { subscribedTopicNames: step.names }, true, true);
    else if (step.kind === 'leave') this.send(step.id, {}, false, true, -1);
    else if (step.kind === 'grow') {
      this.counts.set(step.topic, (this.counts.get(step.topic) ?? 0) + 1);
      this.become(decideChanges(this.group, undefined, { nowMs: 0, catalog: this.catalog }));
    } else {
      const nowMs = 100_000;
      const heard = new Map(
        Array.from(this.group.members.keys(), (id) => [
          id,
          { heartbeatMs: step.ids.includes(id) ? 0 : nowMs },
        ]),
      );
      this.become(decideChanges(this.group, heard, { nowMs, catalog: this.catalog }));
    }
  }

  join(id: string, subscribedTopicNames: string[], serverAssignor?: string): void {
    this.clients.set(id, { epoch: 0, owned: new Map() });
    this.send(id, { subscribedTopicNames, serverAssignor }, false, true);
  }

  send(id: string, more: Partial<Heartbeat>, tells: boolean, isHeard: boolean, epoch?: number): void {
    const client = this.clients.get(id);
    if (client === undefined) return;
    const owned = Array.from(client.owned, ([topicId, partitions]) => ({ topicId, partitions }));
    const heartbeat = {
      memberId: id,
      memberEpoch: epoch ?? client.epoch,
      ...(tells && { ownedPartitions: owned }),
      ...more,
    };
    let decided: ReturnType<typeof decideOne>;
    try {
      decided = decideOne(this.group, heartbeat, { nowMs: 0, limits: LIMITS, catalog: this.catalog });
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      this.clients.delete(id);
      return;
    }
    this.become(decided.group);
    if (epoch === -1) this.clients.delete(id);
    else if (isHeard) {
      client.epoch = decided.answer.memberEpoch;
      const { assignment } = decided.answer;
      if (assignment !== undefined) {
        client.owned = new Map(assignment.map(({ topicId, partitions }) => [topicId, [...partitions]]));
      }
    }
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
    for (let turn = 0; turn < 4; turn += 1) {
      for (const id of this.group.members.keys()) this.send(id, {}, true, true);
    }
  }

  /** How many partitions members know that they own. */
  get ownedCount(): number {
    const owned = Array.from(this.group.members.keys(), (id) => this.clients.get(id)?.owned.values() ?? []);
    return owned.flatMap((lists) => Array.from(lists).flat()).length;
  }
}

describe('whatever members do', () => {
  test('a partition has one owner at a time, and everything is owned once all are heard', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 60 }), (all) => {
        const play = new Play();
        for (const step of all) play.do(step);
        play.settle();
        expect(['Stable', 'Empty']).toContain(groupStateOf(play.group));
        const counts = Array.from(play.group.topics.values(), ({ partitionCount }) => partitionCount);
        expect(play.ownedCount).toBe(counts.reduce((a, b) => a + b, 0));
      }),
      { numRuns: runs(300) },
    );
  });
});
