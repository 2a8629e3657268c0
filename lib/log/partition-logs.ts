import { withKafkaErrors } from '../cluster/store-errors.ts';
import { KafkaError } from '../kafka/errors.ts';
import type { Head, PartitionKey } from '../storage/head.ts';
import type { MetadataStore } from '../storage/metadata-store.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { GroupCommit, type GroupCommitLimits } from './append/group-commit.ts';
import { headToAppendTo } from './append/prepare.ts';
import { Commits } from './commits.ts';
import { fetchRecords } from './fetch/fetch.ts';
import { SliceCache } from './fetch/slice-cache.ts';
import { Heads } from './heads.ts';
import { RepeatableAppends } from './idempotency/repeatable-appends.ts';
import { livingHead } from './index/index-moved.ts';
import { ObjectIds } from './object-ids.ts';
import { offsetForTimestamp } from './offset-for-timestamp.ts';
import { partitionId } from './partition-id.ts';
import { rollOn, shouldRoll } from './roll.ts';
import { type Runtime, systemRuntime } from './runtime.ts';
import type { PartitionLogs } from './types.ts';

export interface PartitionLogsOptions {
  readonly objects: ObjectStore;
  readonly metadata: MetadataStore;
  readonly brokerId: number;
  readonly runtime?: Runtime;
  readonly limits?: Partial<LogLimits>;
  /** Hears of bugs, and of what failed in the background, where nobody waits for an answer. */
  readonly onError?: (error: unknown) => void;
}

export interface LogLimits extends GroupCommitLimits {
  /** Partitions whose head is remembered, so that it need not be read before each append. */
  readonly headsMax: number;
  /** Bytes of recently written and recently read slices that are kept in memory. */
  readonly cacheBytesMax: number;
  /** To how many bytes a compressed batch may grow while its records are looked at. */
  readonly decompressedBytesMax: number;
}

const MIB = 1024 * 1024;

export const defaultLogLimits: LogLimits = {
  flushBytesMax: 4 * MIB,
  flushPartitionsMax: 1_000,
  flushAheadBytesMin: MIB,
  queuedBytesMax: 64 * MIB,
  headsMax: 4_096,
  cacheBytesMax: 32 * MIB,
  decompressedBytesMax: 16 * MIB,
};

const warn = (error: unknown): void => process.emitWarning(error instanceof Error ? error : String(error));

const shuttingDown = (): KafkaError =>
  new KafkaError('BROKER_NOT_AVAILABLE', 'The broker is shutting down. Try again later.');

/** The log of every partition, on two stores. */
export function openPartitionLogs(options: PartitionLogsOptions): PartitionLogs {
  const { objects, metadata, brokerId, runtime = systemRuntime, onError = warn } = options;
  const limits = { ...defaultLogLimits, ...options.limits };
  const heads = new Heads(metadata, limits.headsMax);
  const cache = new SliceCache(limits.cacheBytesMax);
  const commits = new Commits(runtime);
  const rolls = new Map<string, Promise<void>>();
  let closed = false;

  const committed = (partition: PartitionKey, head: Head): void => {
    heads.saw(partition, head);
    commits.notify(partition);
    if (shouldRoll(head)) rollOnce(partition, head);
  };
  /** In the background: nobody waits for it, and a roll that fails is left to the next append. */
  const rollOnce = (partition: PartitionKey, head: Head): void => {
    const id = partitionId(partition);
    if (rolls.has(id)) return;
    const work = runtime
      .nextTurn() // whose append it was hears of it first
      .then(() => rollOn(metadata, partition, head))
      .then((rolled) => heads.saw(partition, rolled), onError)
      .finally(() => rolls.delete(id));
    rolls.set(id, work);
  };
  const objectIds = new ObjectIds(runtime);
  const groupCommit = new GroupCommit(
    { objects, metadata, runtime, heads, objectIds, cache, brokerId, committed, onError },
    limits,
  );
  const repeatable = new RepeatableAppends({
    metadata,
    heads,
    runtime,
    brokerId,
    append: (partition, batches) => groupCommit.append(partition, batches),
    attempt: (attempt, batches) => groupCommit.attempt(attempt, batches),
    hasRoomFor: (bytes) => groupCommit.hasRoomFor(bytes),
    headToAppendTo: (partition) => headToAppendTo({ metadata, heads, brokerId }, partition),
  });
  const source = { objects, metadata, runtime, cache, commits };
  const idle = async (): Promise<void> => {
    await repeatable.idle();
    await groupCommit.idle();
    await Promise.all(rolls.values());
  };

  return {
    append: async (partition, batches) => {
      if (closed) return batches.map(() => ({ kind: 'failed', error: shuttingDown() }));
      return groupCommit.append(partition, batches);
    },
    appendOnce: async (request) => {
      if (closed) throw shuttingDown();
      return repeatable.append(request);
    },
    earlierOutcome: (name, hash) => repeatable.earlier(name, hash),
    fetch: (request) => withKafkaErrors(() => fetchRecords(source, request)),
    offsets: (partition) =>
      withKafkaErrors(async () => {
        const { start, next } = await livingHead(metadata, partition);
        return { start, next };
      }),
    offsetForTimestamp: (partition, timestampMs) =>
      withKafkaErrors(() => offsetForTimestamp(source, partition, timestampMs, limits.decompressedBytesMax)),
    endWaits: () => commits.endWaits(),
    idle,
    close: async () => {
      closed = true;
      commits.endWaits();
      await idle();
    },
  };
}
