import { readBatchHeader } from '../../kafka/batch-header.ts';
import type { KafkaError } from '../../kafka/errors.ts';
import type { BatchOutcome } from '../types.ts';
import { mayStand } from './may-stand.ts';
import type { BatchFacts } from './plan-append.ts';

/** A record batch that waits for its place in the log, and whoever waits for it. */
export interface QueuedBatch extends BatchFacts {
  /** Ours to write into; replaced by a copy when an upload that was given up may still be reading them. */
  bytes: Uint8Array;
  /** How often it was tried in vain. */
  attempts: number;
  /** An attempt got no answer: until the batch is found, or is appended, nobody can say that it does not stand. */
  mayStand: boolean;
  /** Says what became of it. The first word counts. */
  readonly settle: (outcome: BatchOutcome) => void;
  /** Says that it failed, or, after an attempt without an answer, that it may stand in the log all the same. */
  readonly fail: (error: KafkaError) => void;
}

/** The batches of one append, and a promise that is kept when the last of them is settled. */
export function queueBatches(batches: readonly Uint8Array[]): {
  readonly queued: QueuedBatch[];
  readonly outcomes: Promise<BatchOutcome[]>;
} {
  const { promise, resolve } = Promise.withResolvers<BatchOutcome[]>();
  const outcomes: BatchOutcome[] = new Array(batches.length);
  let unsettled = batches.length;
  const queued = batches.map((bytes, index): QueuedBatch => {
    const settle = (outcome: BatchOutcome) => {
      if (outcomes[index] !== undefined) return;
      outcomes[index] = outcome;
      unsettled -= 1;
      if (unsettled === 0) resolve(outcomes);
    };
    const batch: QueuedBatch = {
      ...factsOf(bytes),
      bytes,
      attempts: 0,
      mayStand: false,
      settle,
      fail: (error) => {
        const isOpen = batch.mayStand && error.error !== 'REQUEST_TIMED_OUT';
        settle({ kind: 'failed', error: isOpen ? mayStand(error.message, error) : error });
      },
    };
    return batch;
  });
  if (unsettled === 0) resolve([]);
  return { queued, outcomes: promise };
}

function factsOf(bytes: Uint8Array): BatchFacts {
  const { recordCount, maxTimestamp, producerId, producerEpoch, baseSequence } = readBatchHeader(bytes);
  if (recordCount < 1) throw new RangeError('an empty record batch was handed to the log');
  const facts = { count: recordCount, length: bytes.length, maxTimestamp };
  if (producerId >= 0 && (producerEpoch < 0 || baseSequence < 0)) {
    throw new RangeError(
      `producer ${producerId} handed epoch ${producerEpoch}, sequence ${baseSequence} to the log`,
    );
  }
  return producerId < 0 ? facts : { ...facts, producer: { producerId, producerEpoch, baseSequence } };
}
