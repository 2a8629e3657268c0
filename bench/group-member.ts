import type { Pool } from 'undici';

interface TopicPartitions {
  readonly topic_id: string;
  readonly topic_name: string;
  readonly partitions: readonly number[];
}

interface HeartbeatAnswer {
  readonly member_epoch: number;
  readonly assignment: { readonly topic_partitions: readonly TopicPartitions[] } | null;
}

const JSON_HEADERS = { 'content-type': 'application/json' };

/** Posts JSON and gives the answer's. @throws Error with what the broker says when it refuses. */
export async function postJson<Answer>(pool: Pool, path: string, body: unknown): Promise<Answer> {
  const { statusCode, body: answer } = await pool.request({
    method: 'POST',
    path,
    headers: JSON_HEADERS,
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (statusCode >= 300) throw new Error(`${path}: ${statusCode} ${text}`);
  return text === '' ? (undefined as Answer) : (JSON.parse(text) as Answer);
}

/** A member of a group that does at once what it is told, and reads nothing. */
export class GroupMember {
  readonly memberId: string;
  readonly #pool: Pool;
  readonly #path: string;
  readonly #topic: string;
  epoch = 0;
  assigned: readonly TopicPartitions[] = [];
  heartbeats = 0;

  constructor(pool: Pool, group: string, memberId: string, topic: string) {
    this.#pool = pool;
    this.#path = `/groups/${group}/heartbeat`;
    this.memberId = memberId;
    this.#topic = topic;
  }

  get partitionCount(): number {
    return this.assigned.reduce((sum, { partitions }) => sum + partitions.length, 0);
  }

  join(): Promise<void> {
    return this.#send({ member_epoch: 0, subscribed_topic_names: [this.#topic] });
  }

  /** The body of its next heartbeat. */
  get heartbeat() {
    return { member_id: this.memberId, member_epoch: this.epoch, topic_partitions: this.assigned };
  }

  beat(): Promise<void> {
    return this.#send(this.heartbeat);
  }

  async #send(body: object): Promise<void> {
    this.heartbeats += 1;
    const request = { member_id: this.memberId, ...body };
    const answer = await postJson<HeartbeatAnswer>(this.#pool, this.#path, request);
    this.epoch = answer.member_epoch;
    if (answer.assignment !== null) this.assigned = answer.assignment.topic_partitions;
  }
}
