import { type Client, segment } from '../client.ts';
import { type AssignedPartition, keyOf } from './assigned-partition.ts';
import { type HeartbeatAnswer, isOutside, type Membership } from './membership.ts';

const LEAVE_EPOCH = -1;
/** A static member leaves for a while: its partitions wait for it until its session is over. */
const LEAVE_STATIC_EPOCH = -2;
/** A request that takes longer counts as lost, and is sent again. */
const TIMEOUT_MS = 10_000;

/** Which topics a member wants: by name, or all whose name a pattern matches as a whole. */
export type Subscription = { readonly topics: readonly string[] } | { readonly pattern: string };

/** Who a member is, for as long as it lives. */
export interface MemberIdentity {
  readonly group: string;
  readonly memberId: string;
  /** Makes it a static member (KIP-345). */
  readonly instanceId?: string | undefined;
  /** Only shown. */
  readonly clientId: string;
  /** How long it may take to let go of partitions. */
  readonly rebalanceTimeoutMs: number;
  readonly subscription: Subscription;
}

/** An offset of a partition; the next one to be read. */
export interface Position {
  readonly at: AssignedPartition;
  readonly offset: number;
}

interface TopicPartitions {
  readonly topic_id: string;
  readonly topic_name: string;
  readonly partitions: readonly number[];
}

interface HeartbeatBody {
  readonly member_epoch: number;
  readonly heartbeat_interval_ms: number;
  readonly assignment: { readonly topic_partitions: readonly TopicPartitions[] } | null;
}

interface OffsetsBody {
  readonly offsets: readonly { readonly offset: number | null }[];
}

/** One member's requests to its group. Each rejects as {@link Client.send} does. */
export class GroupApi {
  readonly #client: Client;
  readonly #member: MemberIdentity;
  readonly #path: string;

  constructor(client: Client, member: MemberIdentity) {
    this.#client = client;
    this.#member = member;
    this.#path = `/groups/${segment(member.group)}`;
  }

  /** Says all that there is to say, so that no answer that got lost leaves the two with different ideas. */
  async heartbeat(membership: Membership): Promise<HeartbeatAnswer> {
    const { clientId, rebalanceTimeoutMs, subscription } = this.#member;
    const subscribed =
      'topics' in subscription
        ? { subscribed_topic_names: subscription.topics }
        : { subscribed_topic_regex: subscription.pattern };
    const answer = await this.#post<HeartbeatBody>('/heartbeat', {
      ...this.#identity(membership.epoch),
      client_id: clientId,
      rebalance_timeout_ms: rebalanceTimeoutMs,
      ...subscribed,
      topic_partitions: isOutside(membership) ? [] : toTopics(membership.owned.values()),
    });
    return {
      memberEpoch: answer.member_epoch,
      heartbeatIntervalMs: answer.heartbeat_interval_ms,
      assignment: answer.assignment === null ? null : fromTopics(answer.assignment.topic_partitions),
    };
  }

  /** A static member stays away for a while only, as Kafka's consumer does. */
  async leave(): Promise<void> {
    const isStatic = this.#member.instanceId !== undefined;
    await this.#post('/heartbeat', this.#identity(isStatic ? LEAVE_STATIC_EPOCH : LEAVE_EPOCH));
  }

  /** The offset behind what the group has committed for each partition, by key; none where it has committed nothing. */
  async committed(
    { epoch }: Membership,
    partitions: readonly AssignedPartition[],
  ): Promise<ReadonlyMap<string, number>> {
    const body = {
      member_id: this.#member.memberId,
      member_epoch: epoch,
      partitions: partitions.map(({ topic, partition }) => ({ topic, partition })),
    };
    const { offsets } = await this.#post<OffsetsBody>('/offsets:fetch', body);
    return new Map(
      partitions.flatMap((each, index) => {
        const offset = offsets[index]?.offset;
        return offset === null || offset === undefined ? [] : [[keyOf(each), offset]];
      }),
    );
  }

  async commit({ epoch }: Membership, positions: readonly Position[]): Promise<void> {
    const body = {
      member_id: this.#member.memberId,
      member_epoch: epoch,
      offsets: positions.map(({ at: { topic, partition }, offset }) => ({ topic, partition, offset })),
    };
    await this.#client.send(`${this.#path}/offsets`, { method: 'POST', body, timeoutMs: TIMEOUT_MS });
  }

  #identity(epoch: number) {
    const { memberId, instanceId } = this.#member;
    return { member_id: memberId, member_epoch: epoch, instance_id: instanceId };
  }

  #post<Answer>(path: string, body: object): Promise<Answer> {
    return this.#client.json(this.#path + path, { method: 'POST', body, timeoutMs: TIMEOUT_MS });
  }
}

function toTopics(partitions: Iterable<AssignedPartition>): TopicPartitions[] {
  return Array.from(
    Map.groupBy(partitions, ({ topicId }) => topicId),
    ([topicId, all]) => ({
      topic_id: topicId,
      topic_name: all[0]?.topic ?? '',
      partitions: all.map(({ partition }) => partition),
    }),
  );
}

function fromTopics(topics: readonly TopicPartitions[]): AssignedPartition[] {
  return topics.flatMap(({ topic_id: topicId, topic_name: topic, partitions }) =>
    partitions.map((partition) => ({ topicId, topic, partition })),
  );
}
