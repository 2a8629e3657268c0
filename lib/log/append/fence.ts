import type { Epoch, Offset } from '../../kafka/types.ts';
import { NotDoneError, UnknownOutcomeError } from '../../storage/errors.ts';
import type { AppendId, Head, PartitionKey } from '../../storage/head.ts';
import type { MetadataStore } from '../../storage/metadata-store.ts';
import { readUnderHead } from '../index/index-moved.ts';
import { assertInvariant } from '../invariant.ts';
import { backOff, retryRepeatable } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import { findAppend } from './find-append.ts';
import { mayStand } from './may-stand.ts';

/** An append whose outcome nobody told us. */
export interface LostAttempt {
  readonly partition: PartitionKey;
  readonly appendId: AppendId;
  readonly epoch: Epoch;
  /** The `next` that was known before the attempt: its entry, if it exists, lies at or above this. */
  readonly nextBefore: Offset;
}

/** It was done, at `base`; or it was not, and from now on never can be. */
export type LostAttemptFate =
  | { readonly kind: 'done'; readonly base: Offset; readonly head: Head }
  | { readonly kind: 'never'; readonly head: Head };

export interface FenceDeps {
  readonly metadata: MetadataStore;
  readonly runtime: Runtime;
  readonly brokerId: number;
}

const FENCE_ATTEMPTS_MAX = 5;

/**
 * Fence, look, decide. A head whose epoch is above the attempt's can never take the attempt any more, so after
 * the fence a look tells for ever whether it was done (I2). Sending it again instead would put it there twice.
 *
 * @throws KafkaError REQUEST_TIMED_OUT when it cannot be told, UNKNOWN_TOPIC_OR_PARTITION when the topic is gone,
 *   KAFKA_STORAGE_ERROR when the index is damaged; StoreErrors when it cannot be read.
 */
export async function fenceAndLook(deps: FenceDeps, attempt: LostAttempt): Promise<LostAttemptFate> {
  await fence(deps, attempt);
  // Behind the fence a look may be repeated: what it finds does not change any more.
  return retryRepeatable(deps.runtime, () =>
    readUnderHead(deps.metadata, attempt.partition, (head) => look(deps.metadata, attempt, head)),
  );
}

/** Returns when a head was seen whose epoch is above the attempt's, whoever raised it. */
async function fence({ metadata, runtime, brokerId }: FenceDeps, attempt: LostAttempt): Promise<void> {
  const { partition, epoch } = attempt;
  for (let tries = 1; tries <= FENCE_ATTEMPTS_MAX; tries += 1) {
    try {
      const { head } = await metadata.lead({ partition, to: brokerId, seen: epoch });
      if (head === undefined || head.deleted || head.epoch > epoch) return;
    } catch (error) {
      if (!(error instanceof NotDoneError || error instanceof UnknownOutcomeError)) throw error;
      // A fence whose own answer is unknown counts only when a head shows the higher epoch.
      const head = await retryRepeatable(runtime, () => metadata.getHead(partition));
      if (head === undefined || head.deleted || head.epoch > epoch) return;
    }
    await backOff(runtime, tries);
  }
  throw mayStand('the partition could not be fenced.');
}

async function look(metadata: MetadataStore, attempt: LostAttempt, head: Head): Promise<LostAttemptFate> {
  const { appendId, epoch } = attempt;
  assertInvariant('I2', head.epoch > epoch, `looked for ${appendId} before epoch ${epoch} was fenced`);
  const base = await findAppend(metadata, attempt, head);
  return base === undefined ? { kind: 'never', head } : { kind: 'done', base, head };
}
