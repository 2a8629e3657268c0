import { LRUCache } from 'lru-cache';
import type { Authorizer } from '../../cluster/acls/authorizer.ts';
import { withKafkaErrors } from '../../cluster/store-errors.ts';
import type { TopicRegistry } from '../../cluster/types.ts';
import { KafkaError } from '../../kafka/errors.ts';
import { backOff } from '../../log/retry.ts';
import type { Runtime } from '../../log/runtime.ts';
import { forEachBounded } from '../../storage/for-each-bounded.ts';
import { settleAll } from '../../storage/settle-all.ts';
import type { Catalog } from '../catalog.ts';
import { GROUP_BYTES_MAX, GROUP_BYTES_TO_JOIN_MAX, type StoredGroup } from '../codec/group-item.ts';
import type { Group } from '../group.ts';
import { loadCatalog } from '../load-catalog.ts';
import { checkHeartbeat } from '../membership/check-heartbeat.ts';
import type { MembershipLimits } from '../membership/context.ts';
import { newToken } from '../token.ts';
import { validatePattern } from '../topic-pattern.ts';
import { type Heartbeat, type HeartbeatAnswer, LEAVE_EPOCH } from '../types.ts';
import { type BatchContext, decideBatch, type Settled } from './decide-batch.ts';
import type { GroupStore, Heard } from './group-store.ts';
import { Lanes, type Waiting } from './lanes.ts';
import { subscriptionsToLookFor } from './subscriptions.ts';

export interface CoordinatorDeps {
  readonly store: GroupStore;
  readonly topics: TopicRegistry;
  readonly runtime: Runtime;
  readonly limits: MembershipLimits;
  /** Decides which topics the patterns of a principal lead to. @default all that they match */
  readonly authorizer?: Authorizer | undefined;
  /** Reads a group, and removes what is over. */
  readonly readCurrent: (groupId: string) => Promise<StoredGroup | undefined>;
}

const BATCH_MAX = 100;
const WAITING_MAX = 10_000;
const WRITES_IN_FLIGHT_MAX = 32;
const GROUPS_LOOKED_AT_MAX = 10_000;
/** Each lost race means that another process changed the group; so many in a row are an overload. */
const RACES_MAX = 24;
const RACE_POLICY = { attemptsMax: RACES_MAX, backoffMs: 5 };
const BACKOFF_DOUBLINGS_MAX = 6;

/** `undefined`: no heartbeat, only a look at who is overdue and at the topics. */
type Request = Heartbeat | undefined;
type Answer = HeartbeatAnswer | undefined;

interface Looks {
  readonly catalog: Catalog | undefined;
  readonly heard: ReadonlyMap<string, Heard> | undefined;
  /** When it was, by the monotonic clock, if it was one at who is overdue. */
  readonly dueMs: number | undefined;
}

/** A member speaks once in a batch: what it says next is of a group that has heard the first. */
const speakersOf = (request: Request): string[] =>
  request === undefined
    ? []
    : [`member ${request.memberId}`, ...(request.instanceId ? [`instance ${request.instanceId}`] : [])];

/**
 * Takes heartbeats of any member: reads the group, decides, and writes what has changed under the condition that nobody
 * else has. Nothing that it remembers decides anything.
 */
export class Coordinator {
  readonly #deps: CoordinatorDeps;
  readonly #lanes = new Lanes<Request, Answer>(
    { batchMax: BATCH_MAX, waitingMax: WAITING_MAX, onceABatch: speakersOf },
    (groupId, batch) => withKafkaErrors(() => this.#perform(groupId, batch)),
  );
  /** When this process last looked at who is overdue, and at the topics, by its monotonic clock. */
  readonly #lookedAtMs = new LRUCache<string, number>({ max: GROUPS_LOOKED_AT_MAX });

  constructor(deps: CoordinatorDeps) {
    this.#deps = deps;
  }

  /** @throws KafkaErrors, see ConsumerGroups. */
  async heartbeat(groupId: string, heartbeat: Heartbeat): Promise<HeartbeatAnswer> {
    checkHeartbeat(heartbeat);
    const { subscribedTopicRegex: pattern } = heartbeat;
    if (pattern !== undefined && pattern !== '') await validatePattern(pattern);
    const answer = await this.#lanes.ask(groupId, heartbeat);
    if (answer === undefined) throw new Error('assertion failed: a heartbeat is answered');
    return answer;
  }

  /** Lets go of members that are overdue, whoever else looks or does not. */
  async look(groupId: string): Promise<void> {
    await this.#lanes.ask(groupId, undefined);
  }

  idle(): Promise<void> {
    return this.#lanes.idle();
  }

  async #perform(groupId: string, batch: readonly Waiting<Request, Answer>[]): Promise<void> {
    const { store, runtime, readCurrent } = this.#deps;
    const requests = batch.map(({ request }) => request);
    let mayBeOwn = false;
    for (let race = 1; race <= RACES_MAX; race += 1) {
      const stored = await readCurrent(groupId);
      const lookedMs = runtime.nowMs();
      const looks = await this.#look(groupId, stored?.group, requests);
      const decided = this.#decide(stored, requests, { ...looks, lookedMs }, mayBeOwn);
      const isSame = decided.group === undefined || decided.group === stored?.group;
      const written =
        isSame || decided.group === undefined ? 'done' : await store.write(groupId, decided.group, stored);
      if (written === 'done') {
        if (looks.dueMs !== undefined) this.#lookedAtMs.set(groupId, looks.dueMs);
        await this.#settle(groupId, batch, decided.settled);
        return this.#forgetStrays(groupId, decided.group, looks.heard);
      }
      mayBeOwn ||= written === 'unknown';
      await backOff(runtime, Math.min(race, BACKOFF_DOUBLINGS_MAX), RACE_POLICY);
    }
    throw new KafkaError(
      'COORDINATOR_LOAD_IN_PROGRESS',
      'The group changes too often. Try again in a moment.',
    );
  }

  /** What the requests make of the group; where it would not fit into its item any more, nobody new gets in. */
  #decide(
    stored: StoredGroup | undefined,
    requests: readonly Request[],
    { catalog, heard, lookedMs }: Looks & Pick<BatchContext, 'lookedMs'>,
    mayBeOwn: boolean,
  ): { readonly group: Group | undefined; readonly settled: readonly Settled[] } {
    const { runtime, limits } = this.#deps;
    return decideBatch(stored?.group, requests, {
      context: { nowMs: runtime.nowMs(), limits, catalog, mayBeOwn },
      heard,
      lookedMs,
      newGeneration: () => newToken(runtime),
      bytesMax: { toJoin: GROUP_BYTES_TO_JOIN_MAX, ever: GROUP_BYTES_MAX },
    });
  }

  /** Looks that are due, or that a request cannot be decided without. */
  async #look(groupId: string, group: Group | undefined, requests: readonly Request[]): Promise<Looks> {
    const { store, topics, runtime, limits, authorizer } = this.#deps;
    const lookedAtMs = this.#lookedAtMs.get(groupId);
    const nowMs = runtime.monotonicMs();
    const isDue =
      requests.includes(undefined) ||
      lookedAtMs === undefined ||
      nowMs - lookedAtMs >= limits.heartbeatIntervalMs;
    const wanted = subscriptionsToLookFor(group, requests, isDue);
    const [catalog, heard] = await settleAll([
      wanted === undefined ? undefined : loadCatalog(topics, wanted, authorizer),
      isDue && group !== undefined ? store.lastHeartbeats(groupId) : undefined,
    ]);
    return { catalog, heard, dueMs: isDue ? nowMs : undefined };
  }

  /** Notes who was heard of, before they are answered. Who has left is forgotten by a later look. */
  async #settle(
    groupId: string,
    batch: readonly Waiting<Request, Answer>[],
    settled: readonly Settled[],
  ): Promise<void> {
    const { store, runtime } = this.#deps;
    const nowMs = runtime.nowMs();
    await forEachBounded(
      batch.entries(),
      WRITES_IN_FLIGHT_MAX,
      async ([index, { request, resolve, reject }]) => {
        const outcome = settled[index];
        if (outcome?.error !== undefined) return reject(outcome.error);
        try {
          if (request !== undefined && request.memberEpoch !== LEAVE_EPOCH) {
            await store.noteHeartbeat(groupId, request.memberId, nowMs);
          }
        } catch (error) {
          return reject(error);
        }
        resolve(outcome?.answer);
      },
    );
  }

  /** Heartbeats are left over of who has gone; those that may be of members that have only just joined are not. */
  async #forgetStrays(groupId: string, group: Group | undefined, heard: Looks['heard']): Promise<void> {
    const { store, runtime, limits } = this.#deps;
    const beforeMs = runtime.nowMs() - limits.sessionTimeoutMs;
    const strays = Array.from(heard ?? []).filter(
      ([memberId, { heartbeatMs }]) => heartbeatMs < beforeMs && group?.members.has(memberId) !== true,
    );
    await forEachBounded(strays, WRITES_IN_FLIGHT_MAX, ([memberId, each]) =>
      store.forgetMember(groupId, memberId, each),
    );
  }
}
