import { JSON_TYPE } from '../../../lib/api/http/media-types.ts';

export type Send = (path: string, init?: RequestInit) => Promise<Response>;

export interface Answer<Body = unknown> {
  readonly status: number;
  /** The JSON of the answer; `undefined` when it is empty. */
  readonly body: Body;
}

/** Sends one request, and gives status and body to be compared in one go. */
export async function ask<Body = unknown>(
  send: Send,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<Body>> {
  const content =
    body === undefined ? {} : { headers: { 'Content-Type': JSON_TYPE }, body: JSON.stringify(body) };
  const answer = await send(path, { method, ...content });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as Body };
}

export interface Owned {
  readonly topic_name: string;
  readonly partitions: readonly number[];
}

/** What tests do something with; they compare the rest as it comes. */
export interface HeartbeatBody {
  readonly member_epoch: number;
  readonly assignment: { readonly topic_partitions: readonly Owned[] } | null;
}

export interface GroupBody {
  readonly state: string;
}

export interface OffsetsBody {
  readonly offsets: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number | null;
  }[];
}

/** The group protocol of one group, as a client speaks it. */
export class GroupClient {
  readonly send: Send;
  readonly path: string;

  constructor(send: Send, group: string) {
    this.send = send;
    this.path = `/groups/${encodeURIComponent(group)}`;
  }

  heartbeat(body: unknown): Promise<Answer<HeartbeatBody>> {
    return ask(this.send, 'POST', `${this.path}/heartbeat`, body);
  }

  commit(body: unknown): Promise<Answer> {
    return ask(this.send, 'POST', `${this.path}/offsets`, body);
  }

  fetch(body: unknown): Promise<Answer<OffsetsBody>> {
    return ask(this.send, 'POST', `${this.path}/offsets:fetch`, body);
  }

  reset(body: unknown): Promise<Answer<OffsetsBody>> {
    return ask(this.send, 'POST', `${this.path}/offsets:reset`, body);
  }

  describe(): Promise<Answer<GroupBody>> {
    return ask(this.send, 'GET', this.path);
  }

  lags(): Promise<Answer> {
    return ask(this.send, 'GET', `${this.path}/lags`);
  }

  delete(): Promise<Answer> {
    return ask(this.send, 'DELETE', this.path);
  }

  /** What the group has committed, as `topic-partition@offset`, in their order. */
  async committed(): Promise<string[]> {
    return namesOf((await this.fetch({})).body);
  }

  /** All that can be seen of the group: to show that something has changed nothing. */
  async everything(): Promise<unknown> {
    return { group: await this.describe(), offsets: (await this.fetch({})).body, lags: await this.lags() };
  }
}

/** Offsets as `topic-partition@offset`. */
export const namesOf = ({ offsets }: OffsetsBody): string[] =>
  offsets.map(({ topic, partition, offset }) => `${topic}-${partition}@${offset}`);

/** A member that does what its answers say at once. */
export class Member {
  readonly memberId: string;
  epoch = 0;
  owned: readonly Owned[] = [];
  readonly #group: GroupClient;

  constructor(group: GroupClient, memberId: string) {
    this.#group = group;
    this.memberId = memberId;
  }

  get name() {
    return { member_id: this.memberId, member_epoch: this.epoch };
  }

  /** `topic-partition` of each that it owns, in their order. */
  get partitions(): string[] {
    return this.owned.flatMap(({ topic_name, partitions }) =>
      partitions.map((partition) => `${topic_name}-${partition}`),
    );
  }

  join(subscription: object): Promise<Answer> {
    this.epoch = 0;
    this.owned = [];
    return this.#follow({ ...subscription, ...this.name });
  }

  beat(more: object = {}): Promise<Answer> {
    const owned = this.owned.map(({ topic_name, partitions }) => ({ topic_name, partitions }));
    return this.#follow({ ...this.name, topic_partitions: owned, ...more });
  }

  leave(more: object = {}): Promise<Answer> {
    return this.#group.heartbeat({ member_id: this.memberId, member_epoch: -1, ...more });
  }

  async #follow(heartbeat: object): Promise<Answer> {
    const answer = await this.#group.heartbeat(heartbeat);
    if (answer.status !== 200) return answer;
    const { member_epoch, assignment } = answer.body;
    this.epoch = member_epoch;
    if (assignment !== null) this.owned = assignment.topic_partitions;
    return answer;
  }
}

const ROUNDS_MAX = 10;

/** Lets members speak in turns until their group is stable. */
export async function settle(group: GroupClient, ...members: readonly Member[]): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    for (const member of members) await member.beat();
    if ((await group.describe()).body.state === 'Stable') return;
  }
  throw new Error('the group does not come to rest');
}
