import { type RetryClock, withRetries } from '../retries.ts';
import { type AssignedPartition, describePartitions, keyOf } from './assigned-partition.ts';
import type { GroupApi } from './group-api.ts';
import { isInstanceFenced, isInstanceTaken, isMembershipLost } from './group-errors.ts';
import { answered, isOutside, type Membership, outside, released, type Step } from './membership.ts';
import type { Outage } from './outage.ts';
import { Alarm } from './pause.ts';
import type { RunningPartitions } from './running-partitions.ts';

export interface GroupMemberDeps {
  readonly group: string;
  readonly api: GroupApi;
  readonly clock: RetryClock;
  readonly outage: Outage;
  readonly partitions: RunningPartitions;
  /** Commits what was printed, as far as that is possible in a bounded time. Never rejects. */
  readonly commit: () => Promise<void>;
  /** Partitions are not this member's any more. */
  readonly forget: (partitions: Iterable<AssignedPartition>) => void;
  readonly say: (message: string) => void;
}

/** How often to ask whether an instance id is free, or to join again where even that is refused. */
const REFUSED_PAUSE_MS = 1_000;

/** Keeps a place in a group by heartbeats, and starts and stops reading as their answers say. */
export class GroupMember {
  readonly #deps: GroupMemberDeps;
  readonly #alarm: Alarm;
  readonly #releasing = new Set<Promise<void>>();
  readonly #heard = Promise.withResolvers<void>();
  #membership = outside;
  #mayBeKnown = false;
  #told = '';

  constructor(deps: GroupMemberDeps) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.clock);
  }

  get membership(): Membership {
    return this.#membership;
  }

  /** Resolves when the group has answered for the first time. */
  get heard(): Promise<void> {
    return this.#heard.promise;
  }

  /** Lets the next heartbeat follow at once. */
  hurry(): void {
    this.#alarm.ring();
  }

  /** Heartbeats until the signal aborts; then everything is still owned. Rejects with what the group refuses for good. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waitMs = await this.#heartbeat(signal);
      await this.#alarm.wait(waitMs, signal);
    }
    await Promise.all(this.#releasing);
  }

  /** Tells the group, for so long, that this member is no more. Rejects as the request does. */
  async leave(giveUpAfterMs: number): Promise<void> {
    if (!this.#mayBeKnown) return;
    const { api, clock, outage } = this.#deps;
    try {
      await withRetries(() => api.leave(), { clock, onRetry: outage.begin, giveUpAfterMs });
    } catch (error) {
      if (!isMembershipLost(error) && !isInstanceFenced(error)) throw error;
    }
  }

  /** @returns after how many milliseconds the next one is due. */
  async #heartbeat(signal: AbortSignal): Promise<number> {
    const { api, clock, outage } = this.#deps;
    this.#mayBeKnown = true;
    try {
      // What is owned may become less while the broker is away.
      const send = () => api.heartbeat(this.#membership);
      const patient = { clock, onRetry: outage.begin, giveUpAfterMs: Number.POSITIVE_INFINITY, signal };
      const answer = await withRetries(send, patient);
      outage.end();
      this.#heard.resolve();
      if (!signal.aborted) this.#follow(answered(this.#membership, answer), signal);
      return answer.heartbeatIntervalMs;
    } catch (error) {
      return await this.#refused(error, signal);
    }
  }

  async #refused(error: unknown, signal: AbortSignal): Promise<number> {
    if (signal.aborted) return 0;
    if (isInstanceTaken(error)) {
      this.#heard.resolve();
      this.#tell(`waiting for the instance id: ${error.message}`);
      return REFUSED_PAUSE_MS;
    }
    if (!isMembershipLost(error)) throw error;
    const wasMember = !isOutside(this.#membership);
    await this.#giveUpAll();
    if (wasMember) this.#tell(`joining again: ${error.message}`);
    return wasMember ? 0 : REFUSED_PAUSE_MS;
  }

  #follow({ next, toStart, toStop }: Step, signal: AbortSignal): void {
    this.#membership = next;
    if (toStop.length > 0) this.#release(toStop, signal);
    for (const each of toStart) this.#deps.partitions.start(each);
    const { owned, revoking } = next;
    const reading = describePartitions(owned.values().filter((each) => !revoking.has(keyOf(each))));
    this.#tell(`reading ${reading || 'nothing for now'}`);
  }

  /** Lets go of partitions: what was printed is committed before the group hears that they are free. */
  #release(partitions: readonly AssignedPartition[], signal: AbortSignal): void {
    const release = async (): Promise<void> => {
      await this.#deps.partitions.stop(partitions);
      await this.#deps.commit();
      // What could not be committed then is committed at the end.
      if (signal.aborted) return;
      this.#deps.forget(partitions);
      this.#membership = released(this.#membership, partitions);
      this.hurry();
    };
    const releasing = release();
    this.#releasing.add(releasing);
    void releasing.then(() => this.#releasing.delete(releasing));
  }

  /** Others may have everything by now. It joins again when nothing of it is being printed any more. */
  async #giveUpAll(): Promise<void> {
    await this.#deps.partitions.stopAll();
    // Or they would take away what the next life was given.
    await Promise.all(this.#releasing);
    this.#deps.forget(this.#membership.owned.values());
    this.#membership = outside;
  }

  #tell(message: string): void {
    if (message !== this.#told) this.#deps.say(`group ${this.#deps.group}: ${message}`);
    this.#told = message;
  }
}
