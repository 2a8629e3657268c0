import { mayPass, type RetryClock, withRetries } from '../retries.ts';
import type { Committer } from './committer.ts';
import type { GroupApi } from './group-api.ts';
import { isMembershipLost, isPartitionLost } from './group-errors.ts';
import type { Membership } from './membership.ts';
import type { Outage } from './outage.ts';
import { pause } from './pause.ts';

export interface CommitsDeps {
  readonly api: GroupApi;
  readonly clock: RetryClock;
  readonly outage: Outage;
  readonly committer: Committer;
  /** Under which commits are made, as it is at the moment. */
  readonly membership: () => Membership;
  /** The broker says that something is not ours any more: the next heartbeat should ask. */
  readonly onLost: () => void;
}

/** What a crash makes the group print again is what was printed in such a time. */
const INTERVAL_MS = 1_000;

/** When a consumer commits what it has printed: regularly, and whenever somebody has to know that it is done. */
export class Commits {
  readonly #deps: CommitsDeps;

  constructor(deps: CommitsDeps) {
    this.#deps = deps;
  }

  /** Rejects when the broker does not answer for so long, and when it refuses some of it. */
  async now(giveUpAfterMs: number, signal?: AbortSignal): Promise<void> {
    const { api, clock, outage, committer, membership } = this.#deps;
    const options = { clock, onRetry: outage.begin, giveUpAfterMs, ...(signal && { signal }) };
    const [refusal] = await committer.flush((positions) =>
      withRetries(() => api.commit(membership(), positions), options),
    );
    if (refusal !== undefined) throw refusal;
  }

  /** What is not committed now may be later, or else is printed again. Rejects with what will never pass. */
  async ifPossible(giveUpAfterMs: number, signal: AbortSignal): Promise<void> {
    const { outage, onLost } = this.#deps;
    try {
      await this.now(giveUpAfterMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (mayPass(error)) outage.begin(error);
      else if (isMembershipLost(error) || isPartitionLost(error)) onLost();
      else throw error;
    }
  }

  /** Goes on until the signal aborts. Rejects as {@link ifPossible}. */
  async regularly(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(this.#deps.clock, INTERVAL_MS, signal);
      if (!signal.aborted && this.#deps.committer.hasUncommitted) await this.ifPossible(0, signal);
    }
  }
}
