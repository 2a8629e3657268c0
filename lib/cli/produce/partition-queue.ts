import type { RecordToEncode } from '../../kafka/encode-record-batch.ts';

export interface QueuedRecord extends RecordToEncode {
  /** Where it came from, for messages. */
  readonly line: number;
}

const BATCH_BYTES_MAX = 512 * 1024;
const BATCH_RECORDS_MAX = 5_000;
/** Lengths, deltas and what else a record has beside its key and value. */
const RECORD_OVERHEAD_BYTES = 24;
/** Sequences are int32 and begin anew at 0 behind the greatest. */
const SEQUENCES = 2 ** 31;

/** Records for one partition that are not acknowledged yet, and the sequence of the next batch. */
export class PartitionQueue {
  readonly partition: number;
  isSending = false;
  #records: QueuedRecord[] = [];
  #acknowledged = 0;

  constructor(partition: number) {
    this.partition = partition;
  }

  get length(): number {
    return this.#records.length;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Kafka's base sequence of the next batch (KIP-98). */
  get nextSequence(): number {
    return this.#acknowledged % SEQUENCES;
  }

  /** @returns how many bytes it counts for. */
  add(record: QueuedRecord): number {
    this.#records.push(record);
    return bytesOf(record);
  }

  /** Takes the oldest records, as many as fit one batch; at least one. */
  take(): { readonly records: readonly QueuedRecord[]; readonly bytes: number } {
    let bytes = 0;
    let count = 0;
    for (const record of this.#records.slice(0, BATCH_RECORDS_MAX)) {
      if (count > 0 && bytes + bytesOf(record) > BATCH_BYTES_MAX) break;
      bytes += bytesOf(record);
      count++;
    }
    return { records: this.#records.splice(0, count), bytes };
  }

  acknowledge(records: number): void {
    this.#acknowledged += records;
  }
}

function bytesOf({ key, value }: QueuedRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + RECORD_OVERHEAD_BYTES;
}
