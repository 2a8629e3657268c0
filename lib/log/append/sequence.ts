import { KafkaError, type KafkaErrorName } from '../../kafka/errors.ts';
import { setBaseOffset, setPartitionLeaderEpoch } from '../../kafka/record-batch.ts';
import { asOffset, type Offset } from '../../kafka/types.ts';
import { isWorthRepeating, NotDoneError, StoreError, UnknownOutcomeError } from '../../storage/errors.ts';
import type { Head, HeadAppend } from '../../storage/head.ts';
import type { AppendOutcome } from '../../storage/metadata-store.ts';
import type { LogEntry } from '../codec/log-entry.ts';
import { SliceBatch } from '../fetch/slice.ts';
import type { SliceCache } from '../fetch/slice-cache.ts';
import { assertInvariant } from '../invariant.ts';
import type { SliceToAppend } from './build-intake.ts';
import { decideRefusal } from './decide-refusal.ts';
import { type FenceDeps, fenceAndLook } from './fence.ts';
import { mayStand } from './may-stand.ts';

/** What became of one slice. */
export type SliceOutcome =
  | { readonly kind: 'committed'; readonly base: Offset; readonly head: Head }
  /**
   * Plan its batches again, on the head that is known by now. Nothing was written, unless `mayStand`: then the
   * heads tell the batches apart by their sequences.
   */
  | {
      readonly kind: 'again';
      readonly head: Head | undefined;
      readonly backOff: boolean;
      readonly mayStand?: boolean;
    }
  | { readonly kind: 'failed'; readonly error: KafkaError };

/** What the outcome of a head's update means for the slice, after whatever it takes to find out. */
export async function settleOutcome(
  deps: FenceDeps,
  slice: SliceToAppend,
  append: HeadAppend,
  outcome: AppendOutcome,
): Promise<SliceOutcome> {
  if (outcome instanceof NotDoneError) {
    if (isWorthRepeating(outcome)) return { kind: 'again', head: undefined, backOff: true };
    return { kind: 'failed', error: storageError(outcome) };
  }
  if (outcome instanceof UnknownOutcomeError) return settleUnknown(deps, slice, append);
  if (outcome.kind === 'done') return committed(outcome.head, append);
  const decision = decideRefusal(outcome.head, append, deps.brokerId);
  switch (decision.kind) {
    case 'done':
      return { kind: 'committed', base: decision.base, head: outcome.head ?? slice.head };
    case 'gone':
      return {
        kind: 'failed',
        error: new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', 'The topic was deleted.'),
      };
    case 'moved':
      return { kind: 'failed', error: notLeader(decision.leader) };
    case 'again':
      return { kind: 'again', head: outcome.head, backOff: false };
  }
}

/** What a look may end in; any other error leaves the fate of the records open. */
const VERDICTS: readonly KafkaErrorName[] = ['REQUEST_TIMED_OUT', 'UNKNOWN_TOPIC_OR_PARTITION'];

/** Sending idempotent batches again is safe (I6); anything else is fenced first and looked for. */
async function settleUnknown(
  deps: FenceDeps,
  slice: SliceToAppend,
  append: HeadAppend,
): Promise<SliceOutcome> {
  const { partition, appendId, epoch } = append;
  if (slice.plan.accepted.every(({ batch }) => batch.producer !== undefined)) {
    return { kind: 'again', head: undefined, backOff: true, mayStand: true };
  }
  const nextBefore = slice.head.next;
  try {
    const fate = await fenceAndLook(deps, { partition, appendId, epoch, nextBefore });
    if (fate.kind === 'done') return { kind: 'committed', base: fate.base, head: fate.head };
    return { kind: 'again', head: fate.head, backOff: false };
  } catch (error) {
    if (error instanceof KafkaError && VERDICTS.includes(error.error)) return { kind: 'failed', error };
    if (error instanceof KafkaError || error instanceof StoreError) {
      return { kind: 'failed', error: mayStand(error.message, error) };
    }
    throw error;
  }
}

function committed(head: Head, append: HeadAppend): SliceOutcome {
  const own = head.entries.find(({ appendId }) => appendId === append.appendId);
  assertInvariant('I3', own !== undefined, `append ${append.appendId} is done, but not in the head`);
  assertInvariant(
    'I1',
    own.base + append.count === head.next,
    `${own.base} + ${append.count} is not ${head.next}`,
  );
  assertInvariant(
    'I2',
    head.epoch === append.epoch,
    `appended in epoch ${append.epoch}, led in ${head.epoch}`,
  );
  assertInvariant(
    'I5',
    head.barrier < append.objectId,
    `barrier ${head.barrier} has passed ${append.objectId}`,
  );
  for (const { producerId, state } of append.producers) {
    const kept = head.producers.get(producerId);
    assertInvariant(
      'I6',
      kept !== undefined && isEqual(kept, state),
      `producer ${producerId} is in another state`,
    );
  }
  return { kind: 'committed', base: own.base, head };
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Tells everybody where their batches stand, and keeps the slice for readers. */
export function publish(
  { slice, entry }: { readonly slice: SliceToAppend; readonly entry: LogEntry },
  base: Offset,
  cache: SliceCache,
): void {
  const { accepted, repeats } = slice.plan;
  const { leaderEpoch } = entry;
  const readable = accepted.map(({ batch, offsetDelta }) => {
    const baseOffset = asOffset(base + offsetDelta);
    setBaseOffset(batch.bytes, 0, baseOffset);
    setPartitionLeaderEpoch(batch.bytes, 0, leaderEpoch);
    return SliceBatch.written(batch.bytes, baseOffset, batch.count);
  });
  cache.set(entry, readable);
  for (const { batch, offsetDelta } of accepted) {
    batch.settle({ kind: 'appended', baseOffset: asOffset(base + offsetDelta), leaderEpoch });
  }
  for (const { batch, offsetDelta } of repeats) {
    batch.settle({ kind: 'duplicate', baseOffset: asOffset(base + offsetDelta) });
  }
}

export function storageError(cause: Error): KafkaError {
  return new KafkaError('KAFKA_STORAGE_ERROR', `Nothing was written: ${cause.message}`, { cause });
}

export function notLeader(leader: number): KafkaError {
  return new KafkaError('NOT_LEADER_OR_FOLLOWER', `Broker ${leader} leads this partition.`);
}
