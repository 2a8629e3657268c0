import { KafkaError } from '../../kafka/errors.ts';
import { isWorthRepeating, StoreError } from '../../storage/errors.ts';
import type { Head, HeadAppend, PartitionKey } from '../../storage/head.ts';
import type { AppendOutcome } from '../../storage/metadata-store.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { LogEntry } from '../codec/log-entry.ts';
import type { SliceCache } from '../fetch/slice-cache.ts';
import type { ObjectIds } from '../object-ids.ts';
import { backOff } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import { buildIntake, headAppend, type SliceToAppend, sliceEntry } from './build-intake.ts';
import { type PrepareDeps, preparePartition } from './prepare.ts';
import type { QueuedBatch } from './queued-batch.ts';
import { publish, type SliceOutcome, settleOutcome, storageError } from './sequence.ts';
import { uploadIntake } from './upload.ts';

export interface FlushDeps extends PrepareDeps {
  readonly objects: ObjectStore;
  readonly runtime: Runtime;
  readonly objectIds: ObjectIds;
  readonly cache: SliceCache;
  /** The partition has grown; this is its head now. */
  readonly committed: (partition: PartitionKey, head: Head) => void;
  /** Hears of errors that nobody expected. */
  readonly onError: (error: unknown) => void;
}

/** What a flush takes of one partition. */
export interface PartitionBatches {
  readonly partition: PartitionKey;
  readonly batches: readonly QueuedBatch[];
}

/** How often a batch is planned anew before its producer is told to send it again. */
const ATTEMPTS_MAX = 10;

/** Called for a partition when nothing of it is in the air any more, with the batches to be tried again. */
export type Finished = (partition: PartitionKey, again: readonly QueuedBatch[]) => void;

/**
 * Appends what waits for some partitions: one intake object for all of them, then one update a head. Returns when
 * the heads have answered; a partition whose head gave no clear answer may finish later.
 */
export async function flush(
  deps: FlushDeps,
  work: readonly PartitionBatches[],
  finished: Finished,
): Promise<void> {
  const slices = await prepareAll(deps, work, finished);
  if (slices.length === 0) return;
  try {
    for (const sequenced of await sequence(deps, slices)) void settleSlice(deps, sequenced, finished);
  } catch (error) {
    // No head was touched: the intake, if it is there, is garbage.
    for (const { partition, plan } of slices) {
      void giveBack(deps, { partition, batches: plan.sharers }, error, finished, plan.deferred);
    }
  }
}

/** Ends a partition's part in the flush after an error. The others do not wait for its pause. */
async function giveBack(
  deps: FlushDeps,
  { partition, batches }: PartitionBatches,
  error: unknown,
  finished: Finished,
  deferred: readonly QueuedBatch[] = [],
): Promise<void> {
  const again = await failOrRepeat(deps, batches, error);
  finished(partition, [...again, ...deferred]);
}

async function prepareAll(
  deps: FlushDeps,
  work: readonly PartitionBatches[],
  finished: Finished,
): Promise<SliceToAppend[]> {
  const slices: SliceToAppend[] = [];
  for (const { partition, batches } of work) {
    try {
      const { head, plan } = await preparePartition(deps, partition, batches);
      if (plan.accepted.length > 0) slices.push({ partition, head, plan });
      else finished(partition, plan.deferred);
    } catch (error) {
      void giveBack(deps, { partition, batches }, error, finished);
    }
  }
  return slices;
}

/** A slice whose head has answered. */
interface SequencedSlice {
  readonly slice: SliceToAppend;
  readonly entry: LogEntry;
  readonly append: HeadAppend;
  readonly outcome: AppendOutcome;
}

/** Makes the intake durable first, and only then refers to it. @throws StoreError when no head was touched. */
async function sequence(deps: FlushDeps, slices: readonly SliceToAppend[]): Promise<SequencedSlice[]> {
  for (const { head } of slices) deps.objectIds.sawBarrier(head.barrier);
  const objectId = deps.objectIds.next();
  const { intake, positions } = buildIntake(objectId, slices);
  const inline = intake.length <= deps.metadata.inlineBytesMax;
  const planned = slices.map((slice, index) => {
    const entry = sliceEntry(slice, { objectId, inline, position: positions[index] ?? 0 });
    const appendId = Buffer.from(deps.runtime.randomBytes(8)).toString('base64url');
    return { slice, entry, append: headAppend(slice, entry, appendId) };
  });
  if (!inline) {
    const { repeated } = await uploadIntake(deps.objects, deps.runtime, intake);
    if (repeated) takeCopies(slices);
  }
  const outcomes = await deps.metadata.append({
    ...(inline && { intake: { objectId, data: Buffer.concat(intake.parts, intake.length) } }),
    appends: planned.map(({ append }) => append),
  });
  return planned.map((one, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined) throw new Error('a head gave no answer');
    return { ...one, outcome };
  });
}

/** An upload that was given up may still be reading the bytes: whatever is written from now on goes into copies. */
function takeCopies(slices: readonly SliceToAppend[]): void {
  for (const { plan } of slices)
    for (const { batch } of plan.accepted) batch.bytes = new Uint8Array(batch.bytes);
}

/** Settles one partition's slice: at once where the head answered `done`, else after whatever it takes. */
async function settleSlice(deps: FlushDeps, sequenced: SequencedSlice, finished: Finished): Promise<void> {
  const { slice, append, outcome } = sequenced;
  const { partition, plan } = slice;
  let again: readonly QueuedBatch[] = [];
  try {
    const settled = await settleOutcome(deps, slice, append, outcome);
    switch (settled.kind) {
      case 'committed':
        publish(sequenced, settled.base, deps.cache);
        deps.committed(partition, settled.head);
        break;
      case 'failed':
        failAll(plan.sharers, settled.error);
        break;
      case 'again':
        again = await tryAgain(deps, partition, settled, plan.sharers);
    }
  } catch (error) {
    again = await failOrRepeat(deps, plan.sharers, error);
  }
  finished(partition, [...again, ...plan.deferred]);
}

async function tryAgain(
  deps: FlushDeps,
  partition: PartitionKey,
  { head, backOff: wait, mayStand }: Extract<SliceOutcome, { kind: 'again' }>,
  batches: readonly QueuedBatch[],
): Promise<readonly QueuedBatch[]> {
  if (mayStand) for (const batch of batches) batch.mayStand = true;
  if (wait) await backOff(deps.runtime, attemptsOf(batches));
  if (head === undefined) await deps.heads.refresh([partition]);
  else deps.heads.saw(partition, head);
  return exhausted(batches, 'the partition was contended for too long');
}

/** After an error before any head was touched by this attempt: whatever may be repeated is. */
async function failOrRepeat(
  deps: FlushDeps,
  batches: readonly QueuedBatch[],
  error: unknown,
): Promise<readonly QueuedBatch[]> {
  if (isWorthRepeating(error)) {
    await backOff(deps.runtime, attemptsOf(batches));
    return exhausted(batches, error instanceof Error ? error.message : String(error));
  }
  if (error instanceof KafkaError) failAll(batches, error);
  else if (error instanceof StoreError) failAll(batches, storageError(error));
  else {
    deps.onError(error); // a bug: somebody has to hear of it whom the producers' errors do not reach
    failAll(batches, new KafkaError('UNKNOWN_SERVER_ERROR', undefined, { cause: error }));
  }
  return [];
}

const attemptsOf = (batches: readonly QueuedBatch[]): number =>
  batches.reduce((most, { attempts }) => Math.max(most, attempts), 1);

/** Fails the batches that were tried often enough; gives those that may be tried again. */
function exhausted(batches: readonly QueuedBatch[], why: string): readonly QueuedBatch[] {
  for (const batch of batches) batch.attempts += 1;
  const tired = batches.filter(({ attempts }) => attempts >= ATTEMPTS_MAX);
  const fresh = batches.filter(({ attempts }) => attempts < ATTEMPTS_MAX);
  failAll(tired, new KafkaError('KAFKA_STORAGE_ERROR', `Nothing was written, try again: ${why}.`));
  return fresh;
}

function failAll(batches: readonly QueuedBatch[], error: KafkaError): void {
  for (const batch of batches) batch.fail(error);
}
