import { JOIN_EPOCH } from '../../../../lib/group/types.ts';
import { asOffset } from '../../../../lib/kafka/types.ts';
import { recordsOf } from '../../../log/batches.ts';
import type { Chance } from '../../world/chance.ts';
import { type Part, partOf } from '../watch/part.ts';
import type { GroupWorld } from '../world/group-world.ts';
import { commitAs } from './commit-as.ts';
import { fetchAs } from './fetch-as.ts';
import type { GroupMember } from './group-member.ts';
import type { OwnedPartition } from './owned-partition.ts';

/** So often it tries to commit what it shall let go of, before it lets go all the same. */
const LAST_COMMITS_MAX = 4;
const POLLS_IN_ROUND_MAX = 3;

/** How a member carries out its assignment, and works: it asks where to begin, reads, processes and commits. */
export class Consumption {
  readonly #world: GroupWorld;
  readonly #member: GroupMember;
  readonly #chance: Chance;
  #polled = 0;

  constructor(world: GroupWorld, member: GroupMember) {
    this.#world = world;
    this.#member = member;
    this.#chance = world.chance(`${member.memberId} consumes`);
  }

  async run(): Promise<void> {
    const { client, shape } = this.#member;
    while (this.#member.isRunning && !this.#member.isLeaving) {
      await this.#letGo();
      this.#takeOver();
      await this.#begin();
      for (let poll = 0; poll < Math.min(POLLS_IN_ROUND_MAX, this.#member.owned.size); poll += 1)
        await this.#poll();
      if (this.#chance.happens(shape.commitRate) || this.#world.isQuiet)
        await this.#commit(this.#uncommitted());
      await client.sleep(shape.pollEveryMs);
    }
  }

  /** Lets go of everything, because the member leaves. */
  async close(): Promise<void> {
    this.#member.target = new Map();
    await this.#letGo();
  }

  /** First stop, then commit, then say so: whoever comes next begins where this one ended. */
  async #letGo(): Promise<void> {
    const { owned, client, shape } = this.#member;
    const leaving = this.#leaving();
    for (let attempt = 1; attempt <= LAST_COMMITS_MAX && leaving.length > 0; attempt += 1) {
      const left = leaving.filter((part) => isBehind(owned.get(part)));
      const isOver = left.length === 0 || (await this.#commit(left));
      if (isOver) break;
      await client.sleep(shape.pollEveryMs);
    }
    for (const part of leaving)
      if (!this.#member.target.has(part) && owned.has(part)) this.#member.letGo(part);
  }

  #leaving(): Part[] {
    return Array.from(this.#member.owned.keys()).filter((part) => !this.#member.target.has(part));
  }

  #takeOver(): void {
    const { target, owned } = this.#member;
    for (const [part, partition] of target) if (!owned.has(part)) this.#member.takeOver(part, partition);
    this.#member.confirm();
  }

  /** Asks for each partition that is new how far the group has come; where nothing is committed it begins at the start. */
  async #begin(): Promise<void> {
    const { owned, epoch } = this.#member;
    const fresh = Array.from(owned.values()).filter(({ position }) => position === undefined);
    if (fresh.length === 0 || epoch === JOIN_EPOCH) return;
    const asked = fetchAs(this.#world, this.#member, fresh);
    const fetched = this.#member.shape.isBlind ? fresh.map(() => undefined) : await asked;
    for (const [index, partition] of fresh.entries()) {
      if (fetched === undefined || owned.get(partOf(partition.key)) !== partition) continue;
      partition.position = fetched[index] ?? 0;
      partition.committed = partition.position;
    }
  }

  /** Reads on in the next one of the partitions, and processes what comes. */
  async #poll(): Promise<void> {
    const { owned, client } = this.#member;
    const ready = Array.from(owned.values()).filter(({ position }) => position !== undefined);
    this.#polled += 1;
    const partition = ready[this.#polled % Math.max(ready.length, 1)];
    const offset = partition?.position;
    if (partition === undefined || offset === undefined) return;
    const { key } = partition;
    const maxBytes = this.#chance.pick([1, 300, 3_000]);
    const request = { partition: key, offset: asOffset(offset), maxBytes, minBytes: 0, maxWaitMs: 0 };
    const reply = await client.ask('poll', ({ logs }) => logs.fetch(request));
    if (reply.kind !== 'answer' || owned.get(partOf(key)) !== partition) return;
    for (const record of recordsOf(reply.result.batches)) {
      if (record.offset < offset) continue;
      this.#process(partition, record.offset);
    }
  }

  #process(partition: OwnedPartition, offset: number): void {
    const { groupId, memberId } = this.#member;
    const part = partOf(partition.key);
    if (offset !== partition.position)
      this.#world.problem(
        `poll skip: ${memberId} was given ${offset} of ${part} after ${partition.position}`,
      );
    this.#world.watch.record(groupId).progress(part).process(offset);
    this.#world.count('processed');
    partition.position = offset + 1;
  }

  #uncommitted(): Part[] {
    return Array.from(this.#member.owned)
      .filter(([, partition]) => isBehind(partition))
      .map(([part]) => part);
  }

  /** Whether there is nothing left to try: it is committed, or never will be. */
  async #commit(parts: readonly Part[]): Promise<boolean> {
    if (parts.length === 0 || this.#member.epoch === JOIN_EPOCH) return true;
    // One request for all, or for one: only the latter says by its error what became of it.
    const some = this.#chance.happens(0.5) || this.#world.isQuiet ? parts : parts.slice(0, 1);
    const outcome = await commitAs(this.#world, this.#member, some);
    return outcome === 'refused' || (outcome === 'done' && some.length === parts.length);
  }
}

function isBehind(partition: OwnedPartition | undefined): boolean {
  return partition?.position !== undefined && partition.committed < partition.position;
}
