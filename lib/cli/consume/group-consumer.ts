import { once } from 'node:events';
import { CliError } from '../cli-error.ts';
import type { Client } from '../client.ts';
import { mayPass, type RetryClock, withRetries } from '../retries.ts';
import { Commits } from './commits.ts';
import { CommittedOffsets } from './committed-offsets.ts';
import { Committer } from './committer.ts';
import { consumePartition, type PartitionDeps } from './consume-partition.ts';
import type { GroupApi } from './group-api.ts';
import { GroupMember } from './group-member.ts';
import { Outage } from './outage.ts';
import { pause, within } from './pause.ts';
import { type Printer, ReaderGoneError } from './printer.ts';
import { RunningPartitions } from './running-partitions.ts';
import type { StartOffset } from './start-offset.ts';

export interface GroupConsumerOptions {
  readonly client: Client;
  readonly group: string;
  readonly api: GroupApi;
  readonly printer: Printer;
  readonly startOffset: StartOffset;
  readonly clock: RetryClock;
  /** It ends when nothing has come for so long. @default never */
  readonly timeoutMs?: number | undefined;
  /** Hears, in a line, what somebody at the terminal would like to know. */
  readonly say: (line: string) => void;
}

/** Then a partition is let go of all the same: its next owner prints again what was not committed. */
const RELEASE_COMMIT_MS = 20_000;
/** Whoever waits for the prompt waits for about as long at most. */
const END_BOUND_MS = 5_000;
/** Of what waits to be printed, all partitions together. */
const FETCHED_BYTES_MAX = 64 * 1024 * 1024;
const FETCH_BYTES_MIN = 64 * 1024;
const FETCH_BYTES_MAX = 4 * 1024 * 1024;

/** Prints, as a member of a group, what the group assigns to it, and commits what was printed. */
export class GroupConsumer {
  readonly #options: GroupConsumerOptions;
  readonly #partitions: RunningPartitions;
  readonly #member: GroupMember;
  readonly #commits: Commits;
  readonly #ending = new AbortController();
  readonly #ended = once(this.#ending.signal, 'abort');
  #failure: unknown;

  constructor(options: GroupConsumerOptions) {
    const { group, api, clock, say } = options;
    const { signal } = this.#ending;
    const outage = new Outage();
    const committer = new Committer();
    const membership = () => this.#member.membership;
    const onLost = () => this.#member.hurry();
    const deps = this.#partitionDeps(options, { outage, committer, onLost });
    this.#options = options;
    this.#partitions = new RunningPartitions((at, stop) => this.#guard(consumePartition(at, deps, stop)));
    this.#commits = new Commits({ api, clock, outage, committer, membership, onLost });
    this.#member = new GroupMember({
      group,
      api,
      clock,
      outage,
      say,
      partitions: this.#partitions,
      commit: () => this.#guard(this.#commits.ifPossible(RELEASE_COMMIT_MS, signal)),
      forget: (partitions) => committer.forget(partitions),
    });
  }

  /** Resolves when it has been ended and what was printed is committed. Rejects with what went wrong. */
  async run(): Promise<void> {
    const { signal } = this.#ending;
    const work = Promise.all([
      this.#guard(this.#member.run(signal)),
      this.#guard(this.#commits.regularly(signal)),
      this.#guard(this.#endWhenQuiet(signal)),
    ]);
    await this.#ended;
    // Lines under way are finished, unless whoever reads them has stopped to do so.
    const stopped = Promise.all([this.#partitions.stopAll(), work]);
    await within(this.#options.clock, END_BOUND_MS, stopped);
    await this.#commitAndLeave();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends it: because of an error, or for a reason that is none to worry about. */
  end(error?: unknown): void {
    if (this.#ending.signal.aborted) return;
    this.#failure = error;
    this.#ending.abort();
  }

  /** Whatever fails ends everything. Never rejects. */
  async #guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.end(error instanceof ReaderGoneError ? undefined : error);
    }
  }

  #partitionDeps(
    { client, api, clock, printer, startOffset, say }: GroupConsumerOptions,
    { outage, committer, onLost }: Pick<PartitionDeps, 'committer' | 'onLost'> & { outage: Outage },
  ): PartitionDeps {
    const { signal: ending } = this.#ending;
    const retry = <Answer>(send: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> =>
      withRetries(send, { clock, onRetry: outage.begin, giveUpAfterMs: Number.POSITIVE_INFINITY, signal });
    return {
      client,
      clock,
      printer,
      startOffset,
      committer,
      retry,
      onLost,
      warn: say,
      committedOffsets: new CommittedOffsets((partitions) =>
        retry(() => api.committed(this.#member.membership, partitions), ending),
      ),
      commit: () => this.#commits.now(0, ending),
      fetchBytesMax: () => {
        const share = Math.floor(FETCHED_BYTES_MAX / Math.max(this.#partitions.count, 1));
        return Math.min(Math.max(share, FETCH_BYTES_MIN), FETCH_BYTES_MAX);
      },
    };
  }

  async #endWhenQuiet(signal: AbortSignal): Promise<void> {
    const { clock, printer, timeoutMs } = this.#options;
    if (timeoutMs === undefined) return;
    await Promise.race([this.#member.heard, this.#ended]);
    const startMs = clock.monotonicMs();
    while (!signal.aborted) {
      const leftMs = Math.max(startMs, printer.lastPrintedMs) + timeoutMs - clock.monotonicMs();
      if (leftMs <= 0) return this.end();
      await pause(clock, leftMs, signal);
    }
  }

  async #commitAndLeave(): Promise<void> {
    try {
      await this.#commits.now(END_BOUND_MS);
    } catch (error) {
      this.#failure ??= endError('what was printed last is not committed, and will be printed again', error);
      // It would not hear that we leave, either.
      if (mayPass(error)) return;
    }
    try {
      await this.#member.leave(END_BOUND_MS);
    } catch (error) {
      const { group } = this.#options;
      this.#failure ??= endError(`group ${group} waits for this member until its session is over`, error);
    }
  }
}

function endError(consequence: string, cause: unknown): CliError {
  return new CliError(`${consequence}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
