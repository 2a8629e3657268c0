import { BINARY_V2, JSON_TYPE, V2_JSON } from '../../lib/api/http/media-types.ts';
import { NoAnswerError } from '../functions/clients/http-answer.ts';
import { type FreezingWorld, TOPIC } from './freezing-world.ts';

const GROUP = '/groups/group';
const TURNS_MAX = 10;

export interface Answer {
  readonly status: number;
  /** Of JSON; `undefined` when it is empty. */
  readonly body: unknown;
}

const contentTypeOf = (path: string): string => {
  if (path.startsWith('/groups/')) return JSON_TYPE;
  return path.startsWith('/topics/') ? BINARY_V2 : V2_JSON;
};

/** A request to one environment. @returns `undefined` when its client gave up. */
export async function tell(
  world: FreezingWorld,
  environment: number,
  method: string,
  path: string,
  body?: object,
): Promise<Answer | undefined> {
  const isRead = path.includes('/records');
  const headers = {
    ...(isRead && { Accept: BINARY_V2 }),
    ...(body !== undefined && { 'Content-Type': contentTypeOf(path) }),
  };
  try {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await world.send(environment)(path, { method, headers, ...content });
    const text = answer.body.toString();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  } catch (error) {
    if (error instanceof NoAnswerError) return undefined;
    throw error;
  }
}

interface HeartbeatBody {
  readonly member_epoch: number;
  readonly assignment: {
    readonly topic_partitions: readonly { readonly partitions: readonly number[] }[];
  } | null;
}

/** A member of the group, which does at once what it is told to. */
export class GroupMember {
  epoch = 0;
  owned: readonly number[] = [];
  readonly #world: FreezingWorld;
  readonly #memberId: string;

  constructor(world: FreezingWorld, memberId: string) {
    this.#world = world;
    this.#memberId = memberId;
  }

  join(environment: number): Promise<Answer | undefined> {
    return this.#heartbeat(environment, {
      member_epoch: 0,
      subscribed_topic_names: [TOPIC],
      topic_partitions: [],
    });
  }

  /** Joins, and speaks until it owns the partitions. */
  async joinAndOwn(environment: number, partitions: readonly number[]): Promise<void> {
    await this.join(environment);
    for (let turns = 0; turns < TURNS_MAX && this.owned.length < partitions.length; turns += 1) {
      await this.beat(environment);
    }
    await this.beat(environment);
    if (this.owned.length < partitions.length) this.#world.problem(`${this.#memberId} owns ${this.owned}`);
  }

  beat(environment: number): Promise<Answer | undefined> {
    const topic_partitions = this.owned.length === 0 ? [] : [{ topic_name: TOPIC, partitions: this.owned }];
    return this.#heartbeat(environment, { member_epoch: this.epoch, topic_partitions });
  }

  leave(environment: number): Promise<Answer | undefined> {
    return this.#heartbeat(environment, { member_epoch: -1 });
  }

  /** @param offsets Of the partitions from 0 on. */
  commit(environment: number, offsets: readonly number[]): Promise<Answer | undefined> {
    const named = offsets.map((offset, partition) => ({ topic: TOPIC, partition, offset }));
    return this.#tell(environment, `${GROUP}/offsets`, { ...this.#name, offsets: named });
  }

  /** The committed offsets of the partitions that it owns. */
  async fetch(environment: number): Promise<(number | null)[]> {
    const partitions = this.owned.map((partition) => ({ topic: TOPIC, partition }));
    const answer = await this.#tell(environment, `${GROUP}/offsets:fetch`, { ...this.#name, partitions });
    const { offsets = [] } = (answer?.body ?? {}) as { offsets?: { offset: number | null }[] };
    return offsets.map(({ offset }) => offset);
  }

  /** The ids of all members of its group, as an environment tells. */
  async members(environment: number): Promise<string[]> {
    const answer = await tell(this.#world, environment, 'GET', GROUP);
    const { members = [] } = (answer?.body ?? {}) as { members?: { member_id: string }[] };
    return members.map(({ member_id }) => member_id);
  }

  get #name() {
    return { member_id: this.#memberId, member_epoch: this.epoch };
  }

  async #heartbeat(environment: number, more: object): Promise<Answer | undefined> {
    const answer = await this.#tell(environment, `${GROUP}/heartbeat`, {
      member_id: this.#memberId,
      ...more,
    });
    if (answer?.status !== 200) return answer;
    const { member_epoch, assignment } = answer.body as HeartbeatBody;
    this.epoch = member_epoch;
    if (assignment === null) return answer;
    const before = this.owned;
    this.owned = assignment.topic_partitions.flatMap(({ partitions }) => partitions);
    // What it has let go of may not be kept waiting.
    const isLess = before.some((partition) => !this.owned.includes(partition));
    return isLess ? this.beat(environment) : answer;
  }

  #tell(environment: number, path: string, body: object): Promise<Answer | undefined> {
    return tell(this.#world, environment, 'POST', path, body);
  }
}
