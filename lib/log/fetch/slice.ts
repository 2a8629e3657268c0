import type { BatchHeader } from '../../kafka/batch-header.ts';
import { KafkaError } from '../../kafka/errors.ts';
import {
  type RecordBatch,
  setBaseOffset,
  setPartitionLeaderEpoch,
  splitBatches,
  verifyBatchCrc,
} from '../../kafka/record-batch.ts';
import { asOffset, type Offset } from '../../kafka/types.ts';
import type { PlacedEntry } from '../codec/index-page.ts';
import type { LogEntry } from '../codec/log-entry.ts';

/** The batches of one entry, in their order. */
export type Slice = readonly SliceBatch[];

/** A batch of a slice. */
export class SliceBatch {
  readonly baseOffset: Offset;
  readonly recordCount: number;
  readonly length: number;
  readonly #bytes: Uint8Array;
  /** Defined until the bytes are wanted: most batches of a slice may never be. */
  #unverified: { readonly header: BatchHeader; readonly entry: LogEntry } | undefined;

  private constructor(bytes: Uint8Array, baseOffset: Offset, recordCount: number) {
    this.baseOffset = baseOffset;
    this.recordCount = recordCount;
    this.length = bytes.length;
    this.#bytes = bytes;
  }

  /** One whose CRC was verified when it came in. */
  static written(bytes: Uint8Array, baseOffset: Offset, recordCount: number): SliceBatch {
    return new SliceBatch(bytes, baseOffset, recordCount);
  }

  /** One as it was read from a store. */
  static read({ bytes, header }: RecordBatch, baseOffset: Offset, entry: LogEntry): SliceBatch {
    const batch = new SliceBatch(bytes, baseOffset, header.recordCount);
    batch.#unverified = { header, entry };
    return batch;
  }

  /**
   * The batch as it stands in the log: its CRC verified, base offset and leader epoch set.
   * @throws KafkaError CORRUPT_MESSAGE when it is not what was appended.
   */
  get bytes(): Uint8Array {
    if (this.#unverified === undefined) return this.#bytes;
    const { header, entry } = this.#unverified;
    orDamaged(entry, () => verifyBatchCrc(this.#bytes, 0, header));
    setBaseOffset(this.#bytes, 0, this.baseOffset);
    setPartitionLeaderEpoch(this.#bytes, 0, entry.leaderEpoch);
    this.#unverified = undefined;
    return this.#bytes;
  }
}

/**
 * Cuts a slice into its batches. `bytes` are ours to write into.
 *
 * @throws KafkaError CORRUPT_MESSAGE when their headers are not those of what was appended.
 */
export function openSlice(bytes: Uint8Array, { base, entry }: PlacedEntry): Slice {
  return orDamaged(entry, () => {
    if (bytes.length !== entry.length) throw new KafkaError('CORRUPT_MESSAGE', 'it ends too early');
    let delta = 0;
    const slice = splitBatches(bytes).map((batch) => {
      const { header } = batch;
      if (header.baseOffset !== delta) throw new KafkaError('CORRUPT_MESSAGE', 'its offsets do not follow');
      const baseOffset = asOffset(base + delta);
      delta += header.recordCount;
      return SliceBatch.read(batch, baseOffset, entry);
    });
    if (delta !== entry.count)
      throw new KafkaError('CORRUPT_MESSAGE', `it holds ${delta} of ${entry.count} records`);
    return slice;
  });
}

/** Says of which object it was that `look` found damage. */
function orDamaged<Result>(entry: LogEntry, look: () => Result): Result {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    const message = `Object ${entry.objectId} is damaged at byte ${entry.position}: ${error.message}`;
    throw new KafkaError('CORRUPT_MESSAGE', message, { cause: error });
  }
}
