import { randomUUID } from 'node:crypto';
import type { Chance } from '../../simulation/world/chance.ts';
import { BINARY_V2 } from '../../support/http.ts';
import type { Holding, SentCommit, Told } from './holdings.ts';
import { type Ledger, seenRecords } from './ledger.ts';
import type { Answer, PersistentClient } from './persistent-client.ts';

export interface SharingGroup {
  readonly group: string;
  readonly client: PersistentClient;
  readonly ledger: Ledger;
  /** Of all members, those that are over too. */
  readonly holdings: Holding[];
}

interface Owned {
  readonly holding: Holding;
  /** The next offset to read. Absent before the group was asked. */
  position?: number;
}

interface HeartbeatAnswer {
  readonly member_epoch: number;
  readonly assignment: {
    readonly topic_partitions: readonly { readonly partitions: readonly number[] }[];
  } | null;
}

const READ_WAIT_MS = 100;
/** One batch. */
const READ_BYTES_MAX = 1;
const REBALANCE_TIMEOUT_MS = 20_000;
/** Who hears this has lost everything (UNKNOWN_MEMBER_ID, GROUP_ID_NOT_FOUND, FENCED_MEMBER_EPOCH). */
const FENCED: readonly number[] = [40404, 40405, 40921];
const STALE_MEMBER_EPOCH = 40922;

/**
 * A member of a group that speaks the group's protocol (KIP-848) as docs/groups.md tells clients to: one loop sends heartbeats,
 * another one reads and commits. Some commits are not waited for, so they may be on their way when the partition goes.
 */
export class GroupMember {
  readonly memberId = randomUUID();
  readonly #sharing: SharingGroup;
  readonly #chance: Chance;
  readonly #owned = new Map<number, Owned>();
  /** What it has lost. */
  readonly #former: Owned[] = [];
  readonly #onTheirWay = new Set<Promise<void>>();
  #epoch = 0;
  #commits = 0;
  #isOver = false;

  constructor(sharing: SharingGroup, chance: Chance) {
    this.#sharing = sharing;
    this.#chance = chance;
  }

  /** Until `isDone`, looked at after each round. Then it leaves, or falls silent. */
  async live(isDone: (rounds: number) => boolean | Promise<boolean>, end: 'leaves' | 'dies'): Promise<void> {
    const beating = this.#beat();
    for (let rounds = 1; !(await isDone(rounds)); rounds += 1) await this.#round();
    this.#isOver = true;
    await beating;
    if (end === 'leaves') await this.#leave();
    await Promise.all(this.#onTheirWay);
  }

  /** As a process that was frozen when it lost its partitions: it commits once more for all that it ever had. */
  async haunt(): Promise<void> {
    await Promise.all([...this.#former, ...this.#owned.values()].map((owned) => this.#send(owned)));
  }

  async #leave(): Promise<void> {
    const body = { member_id: this.memberId, member_epoch: -1 };
    this.#expect(await this.#sharing.client.insist(this.#path('heartbeat'), { body }), FENCED);
  }

  async #beat(): Promise<void> {
    const { client, ledger } = this.#sharing;
    while (!this.#isOver) {
      const partitions = [...this.#owned.keys()];
      const answer = await client.ask(this.#path('heartbeat'), {
        body: {
          member_id: this.memberId,
          member_epoch: this.#epoch,
          rebalance_timeout_ms: REBALANCE_TIMEOUT_MS,
          subscribed_topic_names: [ledger.topic],
          topic_partitions: partitions.length === 0 ? [] : [{ topic_name: ledger.topic, partitions }],
        },
      });
      this.#expect(answer, FENCED);
      if (answer.kind === 'refused') {
        this.#former.push(...this.#owned.values());
        this.#owned.clear();
        this.#epoch = 0;
      }
      if (answer.kind === 'done') this.#follow(answer.body as HeartbeatAnswer);
      await client.pause();
    }
  }

  #follow({ member_epoch: memberEpoch, assignment }: HeartbeatAnswer): void {
    this.#epoch = memberEpoch;
    if (assignment === null) return;
    const assigned = new Set(assignment.topic_partitions.flatMap(({ partitions }) => partitions));
    for (const [partition, owned] of this.#owned) {
      if (assigned.has(partition)) continue;
      // What it has read is committed on its way out, which may come too late.
      this.#send(owned);
      this.#owned.delete(partition);
      this.#former.push(owned);
    }
    for (const partition of assigned) {
      if (this.#owned.has(partition)) continue;
      const holding: Holding = { memberId: this.memberId, partition, memberEpoch, commits: [], looks: [] };
      this.#sharing.holdings.push(holding);
      this.#owned.set(partition, { holding });
    }
  }

  async #round(): Promise<void> {
    const all = [...this.#owned.values()];
    if (all.length === 0) await this.#sharing.client.pause();
    // Late, as if it had been on its way for long: another member may have the partition by now.
    const lost = this.#chance.pickAny(this.#former);
    if (lost !== undefined) await this.#send(lost);
    await Promise.all(
      all.map((owned) =>
        owned.position === undefined ? this.#begin(owned) : this.#work(owned, owned.position),
      ),
    );
  }

  async #begin(owned: Owned): Promise<void> {
    const told = await this.#ask(owned.holding);
    if (told === undefined || !this.#stillOwns(owned)) return this.#sharing.client.pause();
    owned.holding.begin = told;
    owned.position = told.offset ?? 0;
  }

  async #work(owned: Owned, position: number): Promise<void> {
    const { client, ledger } = this.#sharing;
    const { holding } = owned;
    const query = `offset=${position}&timeout=${READ_WAIT_MS}&max_bytes=${READ_BYTES_MAX}`;
    const path = `/topics/${ledger.topic}/partitions/${holding.partition}/records?${query}`;
    const answer = await client.ask(path, { headers: { Accept: BINARY_V2 } });
    this.#expect(answer, []);
    if (answer.kind !== 'done') return client.pause();
    const records = seenRecords(answer.body);
    for (const [index, { offset }] of records.entries())
      if (offset !== position + index)
        ledger.problems.push(`${this.memberId} read ${offset} for ${position + index}`);
    ledger.read(this.memberId, records);
    if (!this.#stillOwns(owned)) return;
    owned.position = position + records.length;
    const isStanding = holding.commits.at(-1)?.outcome === 'done';
    if (records.length === 0 && isStanding && this.#chance.happens(0.5)) return;
    const sending = this.#send(owned);
    if (this.#chance.happens(0.7)) await sending;
    if (this.#chance.happens(0.3)) await this.#look(owned);
  }

  /** Whether the group is where its owner has brought it. */
  async #look(owned: Owned): Promise<void> {
    const told = await this.#ask(owned.holding);
    if (told !== undefined && this.#stillOwns(owned)) owned.holding.looks.push(told);
  }

  /** Or the partition has gone meanwhile, and may have come back: then what was under way does not count. */
  #stillOwns(owned: Owned): boolean {
    return this.#owned.get(owned.holding.partition) === owned;
  }

  /** How far the group has come, asked as the owner. `undefined` when there is no answer, or it is no owner any more. */
  async #ask({ partition }: Holding): Promise<Told | undefined> {
    const { client, ledger } = this.#sharing;
    const askedMs = performance.now();
    const body = { ...this.#name(), partitions: [{ topic: ledger.topic, partition }] };
    const answer = await client.ask(this.#path('offsets:fetch'), { body });
    this.#expect(answer, [...FENCED, STALE_MEMBER_EPOCH]);
    return answer.kind === 'done' ? toldOf(answer.body, askedMs) : undefined;
  }

  /** Commits where it is. */
  #send({ holding, position }: Owned): Promise<void> | undefined {
    if (position === undefined) return undefined;
    this.#commits += 1;
    const name = `${this.memberId} ${this.#commits}`;
    const commit: SentCommit = { name, offset: position, sentMs: performance.now(), outcome: 'unknown' };
    holding.commits.push(commit);
    const sending = this.#commit(holding, commit).finally(() => this.#onTheirWay.delete(sending));
    this.#onTheirWay.add(sending);
    return sending;
  }

  /** By the epoch at which it heard of the partition: it holds it since then, and a later time with it is another one. */
  async #commit({ partition, memberEpoch }: Holding, commit: SentCommit): Promise<void> {
    const { client, ledger } = this.#sharing;
    const offset = { topic: ledger.topic, partition, offset: commit.offset, metadata: commit.name };
    const body = { member_id: this.memberId, member_epoch: memberEpoch, offsets: [offset] };
    const answer = await client.ask(this.#path('offsets'), { body });
    this.#expect(answer, [...FENCED, STALE_MEMBER_EPOCH]);
    commit.outcome = answer.kind;
    if (answer.kind === 'done') commit.answeredMs = performance.now();
  }

  #name() {
    return { member_id: this.memberId, member_epoch: this.#epoch };
  }

  #path(of: string): string {
    return `/groups/${this.#sharing.group}/${of}`;
  }

  #expect(answer: Answer, codes: readonly number[]): void {
    if (answer.kind !== 'refused' || codes.includes(answer.code)) return;
    this.#sharing.ledger.problems.push(`${this.memberId} was refused: ${JSON.stringify(answer)}`);
  }
}

/** The one partition that was asked for. */
export function toldOf(body: unknown, askedMs: number): Told {
  const { offsets } = body as { offsets: readonly { offset: number | null; metadata: string }[] };
  const { offset = null, metadata = '' } = offsets[0] ?? {};
  return { offset, metadata, askedMs, answeredMs: performance.now() };
}
