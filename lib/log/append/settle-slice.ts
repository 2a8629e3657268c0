import { KafkaError } from '../../kafka/errors.ts';
import { isWorthRepeating, StoreError } from '../../storage/errors.ts';
import type { Head, HeadAppend, PartitionKey } from '../../storage/head.ts';
import type { AppendOutcome } from '../../storage/metadata-store.ts';
import type { LogEntry } from '../codec/log-entry.ts';
import type { SliceCache } from '../fetch/slice-cache.ts';
import type { Heads } from '../heads.ts';
import { backOff } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import type { AttemptOutcome, FlyingAttempt } from './attempt.ts';
import type { SliceToAppend } from './build-intake.ts';
import { decideAttempt } from './decide-attempt.ts';
import type { FenceDeps } from './fence.ts';
import type { Departure } from './lane.ts';
import type { QueuedBatch } from './queued-batch.ts';
import { publish, type SliceOutcome, settleOutcome, storageError } from './sequence.ts';

export interface SettleDeps extends FenceDeps {
  readonly heads: Heads;
  readonly runtime: Runtime;
  readonly cache: SliceCache;
  /** The partition has grown; this is its head now. */
  readonly committed: (partition: PartitionKey, head: Head) => void;
  /** Hears of errors that nobody expected. */
  readonly onError: (error: unknown) => void;
}

/** What one partition brings to a flush. */
export interface FlushSlice extends SliceToAppend {
  readonly departure: Departure;
}

/** A slice whose head has answered. */
export interface SequencedSlice {
  readonly slice: FlushSlice;
  readonly entry: LogEntry;
  readonly append: HeadAppend;
  readonly outcome: AppendOutcome;
}

/** How often a batch is planned anew before its producer is told to send it again. */
const ATTEMPTS_MAX = 10;

/** Ends a partition's part in a flush after an error. The others do not wait for its pause. */
export async function giveBack(
  deps: SettleDeps,
  departure: Departure,
  batches: readonly QueuedBatch[],
  error: unknown,
  deferred: readonly QueuedBatch[] = [],
): Promise<void> {
  if (departure.attempt !== undefined)
    return endAttempt(departure, departure.attempt, { kind: 'notDone', error });
  const again = await failOrRepeat(deps, batches, error);
  departure.finish([...again, ...deferred]);
}

function endAttempt(departure: Departure, attempt: FlyingAttempt, outcome: AttemptOutcome): void {
  departure.finish([]);
  attempt.settle(outcome);
}

/** What is not done is not tried again here: its owner decides. */
function settleAttempt(deps: SettleDeps, sequenced: SequencedSlice, attempt: FlyingAttempt): void {
  let decided: AttemptOutcome = { kind: 'open' };
  try {
    decided = decideSettled(deps, sequenced);
  } catch (error) {
    deps.onError(error); // a bug; whoever fences and looks finds out what became of it
  }
  endAttempt(sequenced.slice.departure, attempt, decided);
}

function decideSettled(deps: SettleDeps, sequenced: SequencedSlice): AttemptOutcome {
  const { slice, append, outcome } = sequenced;
  const decided = decideAttempt(outcome, append, deps.brokerId);
  if (!(outcome instanceof Error)) {
    if (outcome.kind === 'done' && decided.kind === 'done') publish(sequenced, decided.base, deps.cache);
    if (outcome.head === undefined || decided.kind !== 'done') deps.heads.saw(slice.partition, outcome.head);
    else deps.committed(slice.partition, outcome.head);
  }
  return decided;
}

/** Settles one partition's slice: at once where the head answered `done`, else after whatever it takes. */
export async function settleSlice(deps: SettleDeps, sequenced: SequencedSlice): Promise<void> {
  const { slice, append, outcome } = sequenced;
  const { partition, plan, departure } = slice;
  if (departure.attempt !== undefined) return settleAttempt(deps, sequenced, departure.attempt);
  let again: readonly QueuedBatch[] = [];
  try {
    // Whoever refused tells more than we knew: who leads, and under which epoch.
    if (outcome.kind === 'refused' && !(outcome instanceof Error)) deps.heads.saw(partition, outcome.head);
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
  departure.finish([...again, ...plan.deferred]);
}

async function tryAgain(
  deps: SettleDeps,
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
  deps: SettleDeps,
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
