import type { HeartbeatAnswer, OwnedTopic } from '../../../../lib/group/types.ts';
import { JOIN_EPOCH } from '../../../../lib/group/types.ts';
import type { SimulatedProcess } from '../../world/simulated-process.ts';
import type { SeatActor, TopicSubscription } from '../story/group-story.ts';
import { isSameParts, type Part } from '../watch/part.ts';
import type { GroupWorld } from '../world/group-world.ts';
import { Client } from './client.ts';
import { Consumption } from './consumption.ts';
import { Heartbeats } from './heartbeats.ts';
import { type OwnedPartition, partitionsIn } from './owned-partition.ts';

/** How one member behaves. */
export type MemberShape = Omit<SeatActor, 'kind' | 'acts'>;

/**
 * A member of a group as a Kafka consumer is one (KIP-848): one loop speaks with the coordinator, another one lets go of
 * partitions, takes them over, reads and commits. It lives under one member id.
 */
export class GroupMember {
  readonly memberId: string;
  readonly shape: MemberShape;
  readonly client: Client;
  /** What it shall own, as it was told last. */
  target: ReadonlyMap<Part, OwnedPartition> = new Map();
  /** What it owns: it says so, reads and commits. */
  readonly owned = new Map<Part, OwnedPartition>();
  /** Grows whenever `owned` changes. */
  ownedVersion = 0;
  epoch = JOIN_EPOCH;
  subscription: TopicSubscription;
  /** Whoever started it has given it up: it does not join again. */
  isReplaced = false;
  /** No request of its got lost so far, or came late. */
  wasAlwaysAnswered = true;
  readonly #heartbeats: Heartbeats;
  readonly #consumption: Consumption;
  #isToConfirm = false;
  #state: 'running' | 'leaving' | 'gone' = 'running';
  readonly #whenGone = Promise.withResolvers<void>();

  constructor(world: GroupWorld, memberId: string, shape: MemberShape, subscription: TopicSubscription) {
    this.memberId = memberId;
    this.shape = shape;
    this.subscription = subscription;
    this.client = new Client(world, memberId, shape);
    this.#heartbeats = new Heartbeats(world, this);
    this.#consumption = new Consumption(world, this);
    world.members.add(this);
  }

  get groupId(): string {
    return this.shape.groupId;
  }

  get process(): SimulatedProcess {
    return this.client.process;
  }

  get isRunning(): boolean {
    return this.#state !== 'gone' && this.process.isAlive;
  }

  get isLeaving(): boolean {
    return this.#state !== 'running';
  }

  /** Both loops, for as long as it lives. */
  start(): void {
    this.process.deliver(() => {
      void this.#heartbeats.run();
      void this.#consumption.run();
    });
  }

  /** Resolves when it has left, or crashed. */
  ended(): Promise<void> {
    return Promise.race([this.#whenGone.promise, this.process.whenCrashed]);
  }

  /** It owns the partition, and has said so. */
  owns(part: Part): boolean {
    return this.isRunning && this.owned.has(part) && this.#heartbeats.said.has(part);
  }

  subscribe(subscription: TopicSubscription): void {
    this.subscription = subscription;
    this.#heartbeats.saySubscription();
  }

  /** Lets go of everything, commits, and tells the group. */
  async leave(isForAWhile = false): Promise<void> {
    if (this.#state !== 'running') return;
    this.#state = 'leaving';
    await this.#consumption.close();
    await this.#heartbeats.leave(isForAWhile);
    this.end();
  }

  /** It is no member any more, and never will be again. */
  end(): void {
    this.abandon();
    this.#state = 'gone';
    this.#whenGone.resolve();
  }

  /** It has lost its place in the group, and with it all that it owned. */
  abandon(): void {
    this.epoch = JOIN_EPOCH;
    this.target = new Map();
    this.owned.clear();
    this.ownedVersion += 1;
  }

  hear({ memberEpoch, assignment }: HeartbeatAnswer): void {
    this.epoch = memberEpoch;
    if (assignment === undefined) return;
    const target = partitionsIn(assignment);
    this.#isToConfirm ||= !isSameParts(new Set(target.keys()), new Set(this.target.keys()));
    this.target = target;
  }

  /** It has carried out what it was told, and says so, also when it has nothing else now than before. */
  confirm(): void {
    if (this.#isToConfirm) this.#changeOwned();
    this.#isToConfirm = false;
  }

  letGo(part: Part): void {
    this.owned.delete(part);
    this.#changeOwned();
  }

  takeOver(part: Part, partition: OwnedPartition): void {
    this.owned.set(part, { ...partition });
    this.#changeOwned();
  }

  #changeOwned(): void {
    this.ownedVersion += 1;
    this.#heartbeats.wake();
  }

  ownedTopics(): OwnedTopic[] {
    const byTopic = Map.groupBy(this.owned.values(), ({ key }) => key.topicId);
    return Array.from(byTopic, ([topicId, partitions]) => ({
      topicId,
      partitions: partitions.map(({ key }) => key.partition),
    }));
  }
}
