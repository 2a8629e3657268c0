import {
  type Heartbeat,
  JOIN_EPOCH,
  LEAVE_EPOCH,
  LEAVE_STATIC_EPOCH,
  type OwnedTopic,
} from '../../../../lib/group/types.ts';
import { KafkaError, type KafkaErrorName } from '../../../../lib/kafka/errors.ts';
import { checkError, checkHeartbeat } from '../watch/check-told.ts';
import { NEVER } from '../watch/instants.ts';
import { type Part, partOf } from '../watch/part.ts';
import type { GroupWorld } from '../world/group-world.ts';
import type { GroupMember } from './group-member.ts';

/** The group has gone on without it: it has to join again. */
const LOST_PLACE: readonly KafkaErrorName[] = [
  'UNKNOWN_MEMBER_ID',
  'FENCED_MEMBER_EPOCH',
  'GROUP_ID_NOT_FOUND',
];
const LEAVES_MAX = 3;

/** How a member speaks with the coordinator: it says what has changed, or everything when it is not sure. */
export class Heartbeats {
  readonly #world: GroupWorld;
  readonly #member: GroupMember;
  /** What it said last that it owned. */
  said: ReadonlySet<Part> = new Set();
  #isAllToBeSaid = true;
  #isSubscriptionToBeSaid = false;
  #saidVersion = -1;
  #sleep = new AbortController();
  #work: Promise<void> = Promise.resolve();

  constructor(world: GroupWorld, member: GroupMember) {
    this.#world = world;
    this.#member = member;
  }

  run(): Promise<void> {
    this.#work = this.#run();
    return this.#work;
  }

  async #run(): Promise<void> {
    const { heartbeatMs } = this.#world.story.timing;
    while (this.#member.isRunning && !this.#member.isLeaving) {
      const isAnswered = await this.#beat();
      if (!isAnswered) this.#isAllToBeSaid = true;
      const hasToSay = this.#hasToSay;
      await this.#pause(isAnswered && !hasToSay ? heartbeatMs : heartbeatMs / 10);
    }
  }

  /** There is something to say: the next heartbeat does not wait. */
  wake(): void {
    this.#sleep.abort('there is something to say');
  }

  saySubscription(): void {
    this.#isSubscriptionToBeSaid = true;
    this.wake();
  }

  /** Behind the heartbeat that is on its way: it would come after it otherwise. */
  async leave(isForAWhile: boolean): Promise<void> {
    this.wake();
    await this.#work;
    const memberEpoch = isForAWhile ? LEAVE_STATIC_EPOCH : LEAVE_EPOCH;
    for (let attempt = 1; attempt <= LEAVES_MAX; attempt += 1) {
      // It may have gone already, by its first word of it, or because it never came.
      const isSure = this.#world.story.isPlacid && this.#member.epoch !== JOIN_EPOCH && attempt === 1;
      const alsoOk: readonly KafkaErrorName[] = isSure ? [] : ['UNKNOWN_MEMBER_ID', 'GROUP_ID_NOT_FOUND'];
      const reply = await this.#say({ ...this.#name, memberEpoch }, alsoOk);
      if (reply.kind === 'answer') return;
      if (reply.kind === 'error' && isLost(reply.error)) return;
      await this.#member.client.sleep(this.#world.story.timing.heartbeatMs / 10);
    }
  }

  get #hasToSay(): boolean {
    const hasOtherOwned = this.#saidVersion !== this.#member.ownedVersion;
    return this.#isAllToBeSaid || this.#isSubscriptionToBeSaid || hasOtherOwned;
  }

  /** Whether there was an answer to go on with. */
  async #beat(): Promise<boolean> {
    const member = this.#member;
    const version = member.ownedVersion;
    const heartbeat = this.#next();
    if (heartbeat.ownedPartitions !== undefined) this.said = partsIn(heartbeat.ownedPartitions);
    [this.#isAllToBeSaid, this.#isSubscriptionToBeSaid] = [false, false];
    const reply = await this.#say(heartbeat);
    if (reply.kind === 'no answer') member.wasAlwaysAnswered = false;
    if (member.isLeaving || reply.kind === 'no answer') return false;
    if (reply.kind === 'answer') {
      this.#saidVersion = version;
      member.hear(reply.result);
      this.#world.count('heartbeats');
      return true;
    }
    if (isError(reply.error, 'FENCED_INSTANCE_ID')) member.end();
    else if (isError(reply.error, ...LOST_PLACE)) {
      member.abandon();
      this.#world.count('members lost');
      if (member.isReplaced) member.end();
    }
    return false;
  }

  #next(): Heartbeat {
    const { epoch, subscription, shape, ownedVersion } = this.#member;
    const { names, pattern } = subscription;
    const isAll = this.#isAllToBeSaid || epoch === JOIN_EPOCH;
    const subscribed = { subscribedTopicNames: names, subscribedTopicRegex: pattern ?? '' };
    return {
      ...this.#name,
      memberEpoch: epoch,
      ...(isAll && {
        clientId: shape.name,
        rebalanceTimeoutMs: this.#world.story.timing.rebalanceMs,
        serverAssignor: shape.assignor,
      }),
      ...((isAll || this.#isSubscriptionToBeSaid) && subscribed),
      ...((isAll || this.#saidVersion !== ownedVersion) && { ownedPartitions: this.#member.ownedTopics() }),
    };
  }

  get #name() {
    const { memberId, shape } = this.#member;
    return { memberId, ...(shape.instanceId !== undefined && { instanceId: shape.instanceId }) };
  }

  #say(heartbeat: Heartbeat, alsoOk: readonly KafkaErrorName[] = []) {
    const { client, groupId } = this.#member;
    const { instants } = this.#world.watch;
    const record = this.#world.watch.record(groupId);
    const begun = instants.next();
    return client.ask(
      'heartbeat',
      async ({ groups }) => {
        const { memberId, memberEpoch: epoch, ownedPartitions } = heartbeat;
        const said = { epoch, owned: ownedPartitions && partsIn(ownedPartitions), ended: NEVER };
        record.sayings.hear(memberId, said);
        try {
          const answer = await groups.heartbeat(groupId, heartbeat);
          said.ended = instants.next();
          checkHeartbeat(record, { begun, ended: said.ended }, answer);
          return answer;
        } catch (error) {
          said.ended = instants.next();
          checkError(record, { begun, ended: said.ended }, error, heartbeat);
          throw error;
        }
      },
      alsoOk,
    );
  }

  async #pause(ms: number): Promise<void> {
    if (this.#sleep.signal.aborted) this.#sleep = new AbortController();
    await this.#member.client.sleep(ms, this.#sleep.signal);
  }
}

/** All of them are named by topic id. */
const partsIn = (owned: readonly OwnedTopic[]): ReadonlySet<Part> =>
  new Set(
    owned.flatMap(({ topicId = '', partitions }) =>
      partitions.map((partition) => partOf({ topicId, partition })),
    ),
  );

const isError = (error: unknown, ...names: readonly KafkaErrorName[]): boolean =>
  error instanceof KafkaError && names.includes(error.error);

const isLost = (error: unknown): boolean => isError(error, ...LOST_PLACE, 'FENCED_INSTANCE_ID');
