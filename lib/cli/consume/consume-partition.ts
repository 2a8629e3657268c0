import type { Client } from '../client.ts';
import { PartitionReader } from '../fetch/partition-reader.ts';
import type { RetryClock } from '../retries.ts';
import { type AssignedPartition, nameOf } from './assigned-partition.ts';
import type { CommittedOffsets } from './committed-offsets.ts';
import type { Committer } from './committer.ts';
import { isMembershipLost, isOutOfRange, isPartitionGone, isPartitionLost } from './group-errors.ts';
import { pause } from './pause.ts';
import type { Printer } from './printer.ts';
import type { StartOffset } from './start-offset.ts';

/** What reading a partition for a group needs. */
export interface PartitionDeps {
  readonly client: Client;
  readonly clock: RetryClock;
  readonly committedOffsets: CommittedOffsets;
  readonly startOffset: StartOffset;
  readonly printer: Printer;
  readonly committer: Committer;
  /** Repeats a request for as long as the broker is away. */
  readonly retry: <Answer>(send: () => Promise<Answer>, signal: AbortSignal) => Promise<Answer>;
  /** Commits what the committer has. */
  readonly commit: () => Promise<void>;
  /** The broker says that this is not ours any more: the next heartbeat should ask. */
  readonly onLost: () => void;
  /** For how many bytes to ask at once. */
  readonly fetchBytesMax: () => number;
  readonly warn: (message: string) => void;
}

/** The group's next answer will take the partition away; this only keeps it from being asked all the time. */
const REFUSED_PAUSE_MS = 1_000;

/** Prints a partition from where the group has come to, until the signal aborts. */
export async function consumePartition(
  at: AssignedPartition,
  deps: PartitionDeps,
  signal: AbortSignal,
): Promise<void> {
  try {
    let offset = await whileOurs(deps, signal, () => firstOffset(at, deps, signal));
    for (;;) {
      const reader = new PartitionReader(deps.client, at.topic, at.partition, { offset });
      await whileOurs(deps, signal, () => printUntilOutOfRange(at, reader, deps, signal));
      if (signal.aborted) return;
      offset = await whileOurs(deps, signal, () => deps.startOffset.of(at, signal));
      deps.warn(`${nameOf(at)} has no offset ${reader.nextOffset}: going on at ${offset}`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Where the group has come to. Where it has committed nothing, the place to begin at is committed first. */
async function firstOffset(at: AssignedPartition, deps: PartitionDeps, signal: AbortSignal): Promise<number> {
  const { committer, committedOffsets, startOffset, commit } = deps;
  const committed = await committedOffsets.of(at);
  signal.throwIfAborted();
  if (committed !== undefined) {
    committer.begin(at, committed);
    return committed;
  }
  const start = await startOffset.of(at, signal);
  signal.throwIfAborted();
  // Before anything is printed: if this process died now, whoever comes next would begin at another latest, behind
  // records that nobody has seen.
  committer.printed(at, start);
  await commit();
  return start;
}

async function printUntilOutOfRange(
  at: AssignedPartition,
  reader: PartitionReader,
  { printer, committer, fetchBytesMax }: PartitionDeps,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const records = await reader.read({ wait: true, signal, maxBytes: fetchBytesMax() });
      await printer.print(at, records, signal, (offset) => committer.printed(at, offset));
    } catch (error) {
      if (isOutOfRange(error)) return;
      throw error;
    }
  }
}

/** Repeats what fails because the broker is away, or because the partition is about to be taken away. */
async function whileOurs<Answer>(
  { clock, retry, onLost }: PartitionDeps,
  signal: AbortSignal,
  work: () => Promise<Answer>,
): Promise<Answer> {
  for (;;) {
    try {
      return await retry(work, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isMembershipLost(error) && !isPartitionLost(error)) throw error;
      // The broker looks at what topics there are in its own time.
      if (!isPartitionGone(error)) onLost();
    }
    await pause(clock, REFUSED_PAUSE_MS, signal);
    signal.throwIfAborted();
  }
}
