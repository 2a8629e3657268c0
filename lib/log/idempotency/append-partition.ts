import { KafkaError, type KafkaErrorName } from '../../kafka/errors.ts';
import type { Offset } from '../../kafka/types.ts';
import { isWorthRepeating, StoreError } from '../../storage/errors.ts';
import type { Head, PartitionKey } from '../../storage/head.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import type { Attempt, AttemptOutcome } from '../append/attempt.ts';
import { topicDeleted } from '../append/decide-attempt.ts';
import { findAppend, type SoughtAppend } from '../append/find-append.ts';
import { mayStand } from '../append/may-stand.ts';
import type { Heads } from '../heads.ts';
import { readUnderHead } from '../index/index-moved.ts';
import { assertInvariant } from '../invariant.ts';
import { backOff } from '../retry.ts';
import type { Runtime } from '../runtime.ts';

export interface AppendPartitionDeps {
  readonly metadata: MetadataStore;
  readonly heads: Heads;
  readonly runtime: Runtime;
  readonly brokerId: number;
  /** Sends one append of these batches, with exactly the epoch of the attempt's head. */
  readonly attempt: (attempt: Attempt, batches: readonly Uint8Array[]) => Promise<AttemptOutcome>;
  /** A head that is led by us, with room for one more entry. */
  readonly headToAppendTo: (partition: PartitionKey) => Promise<Head>;
}

const ATTEMPTS_MAX = 10;
/** What may be said of a request of which something may stand; any other error leaves that open. */
const VERDICTS: readonly KafkaErrorName[] = ['REQUEST_TIMED_OUT', 'UNKNOWN_TOPIC_OR_PARTITION'];

/**
 * Appends one partition's batches of a request that its caller may repeat, under the append id that was chosen for it.
 * Several processes may be at it at once.
 *
 * The first attempt is made by the process that put the record, with the epoch that stands there: `first` is that head.
 * Anybody else, and the first too once it was refused or got no answer, goes round: a successful `lead` of its own, so
 * that whatever was sent before can never be done any more; a look for the append id; and if it is not there, an append
 * with exactly the epoch of that `lead`. Neither an epoch that was adopted nor a fence of somebody else will do: under
 * those, two processes that both looked and found nothing would both append.
 *
 * @throws KafkaError REQUEST_TIMED_OUT when it cannot be told, UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER,
 *   KAFKA_STORAGE_ERROR; StoreErrors.
 */
export async function appendPartition(
  deps: AppendPartitionDeps,
  sought: SoughtAppend,
  batches: readonly Uint8Array[],
  first: Head | undefined,
): Promise<Offset> {
  const { partition, appendId } = sought;
  let head = first;
  let isOpen = first === undefined;
  let bytes = batches;
  try {
    for (let tries = 1; tries <= ATTEMPTS_MAX; tries += 1) {
      if (tries > 1) await backOff(deps.runtime, tries - 1);
      if (head === undefined) {
        const found = await leadAndLook(deps, sought);
        if (found === undefined) continue;
        if (found.base !== undefined) return found.base;
        head = found.head;
      }
      const outcome = await deps.attempt({ partition, appendId, head }, bytes);
      // An upload that was given up may still be reading them.
      bytes = bytes.map((batch) => new Uint8Array(batch));
      if (outcome.kind === 'done') return outcome.base;
      if (outcome.kind === 'failed') throw outcome.error;
      if (outcome.kind === 'notDone') {
        if (!isWorthRepeating(outcome.error)) throw outcome.error;
        continue; // the same attempt again, with the same epoch
      }
      isOpen = true;
      head = undefined;
    }
    throw mayStand('the partition was contended for too long.');
  } catch (error) {
    const isVerdict = error instanceof KafkaError && VERDICTS.includes(error.error);
    if (isVerdict || !isOpen) throw error;
    if (error instanceof KafkaError || error instanceof StoreError) throw mayStand(error.message, error);
    throw error;
  }
}

/**
 * Where the append stands, or the head that our own `lead` made: `undefined` when we did not come to lead, or to look.
 */
async function leadAndLook(
  deps: AppendPartitionDeps,
  sought: SoughtAppend,
): Promise<{ readonly base: Offset | undefined; readonly head: Head } | undefined> {
  const { partition } = sought;
  try {
    await deps.heads.refresh([partition]);
    const led = await lead(deps, partition, await deps.headToAppendTo(partition));
    if (led === undefined) return undefined;
    const base = await readUnderHead(deps.metadata, partition, (head) => {
      assertInvariant('I2', head.epoch >= led.epoch, `looked in epoch ${head.epoch}, led in ${led.epoch}`);
      return findAppend(deps.metadata, sought, head);
    });
    return { base, head: led };
  } catch (error) {
    if (isWorthRepeating(error)) return undefined;
    throw error;
  }
}

/** The head that our own `lead` made. One whose answer got lost does not count, whatever the head shows. */
async function lead(
  { metadata, heads, brokerId }: AppendPartitionDeps,
  partition: PartitionKey,
  seen: Head,
): Promise<Head | undefined> {
  const outcome = await metadata.lead({ partition, to: brokerId, seen: seen.epoch });
  heads.saw(partition, outcome.head);
  if (outcome.head === undefined || outcome.head.deleted) throw topicDeleted();
  return outcome.kind === 'done' ? outcome.head : undefined;
}
