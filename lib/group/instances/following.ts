import { PARKED_MAX } from './await-growth.ts';
import type { InstanceDeps } from './deps.ts';
import { heartbeat } from './heartbeats.ts';
import { noteIntervalMs } from './idle.ts';
import { lookForTopics } from './look-for-topics.ts';
import type { Session } from './session.ts';

/** A session lasts as long as the instance; so it is renewed in time also when that is not long. */
const HEARTBEATS_PER_SESSION = 3;
/** An instance that has nothing yet asks again after this, and then after longer and longer. */
const NOTHING_YET_MS = 250;
/** Where there are too many partitions to be waited for all at once. */
const LOOK_AT_OTHERS_MS = 1_000;

/**
 * Keeps an instance, during one long read, at what it shall read: by heartbeats of its member, or, since an assignment is
 * by names, by looks at what these mean.
 */
export class Following {
  readonly #deps: InstanceDeps;
  readonly #session: Session;
  /** By the runtime's monotonic clock. */
  #dueMs = Number.NEGATIVE_INFINITY;
  #nothingYetMs = NOTHING_YET_MS;

  constructor(deps: InstanceDeps, session: Session) {
    this.#deps = deps;
    this.#session = session;
  }

  /** @throws InstanceMoved; KafkaError as ConsumerGroups.heartbeat. */
  async followIfDue(): Promise<void> {
    const { runtime, limits } = this.#deps;
    if (runtime.monotonicMs() < this.#dueMs) return;
    const { reads } = this.#session.current;
    if (reads.kind === 'subscription') await heartbeat(this.#deps, this.#session);
    else await lookForTopics(this.#deps, this.#session);
    let intervalMs = Math.min(limits.heartbeatIntervalMs, limits.timeoutMs / HEARTBEATS_PER_SESSION);
    // What others shall let go of is free as soon as they are heard of.
    if (this.#session.current.held.size === 0) {
      intervalMs = Math.min(intervalMs, this.#nothingYetMs);
      this.#nothingYetMs *= 2;
    }
    this.#dueMs = runtime.monotonicMs() + intervalMs;
  }

  /** Until when a read may wait before it looks again, whatever grows; by the runtime's monotonic clock. */
  get lookAgainMs(): number {
    const { runtime, limits } = this.#deps;
    const { current } = this.#session;
    const isWaitedForAll = current.held.size <= PARKED_MAX;
    const waitMs = Math.min(
      noteIntervalMs(current, limits.timeoutMs),
      isWaitedForAll ? Number.POSITIVE_INFINITY : LOOK_AT_OTHERS_MS,
    );
    return Math.min(this.#dueMs, runtime.monotonicMs() + waitMs);
  }
}
