/**
 * What the head keeps of an idempotent producer (KIP-98): its epoch, its last sequence, and how many records
 * its last batches had, newest first. Batches follow each other without a gap, so that tells the sequences of
 * all of them.
 *
 *     producer epoch i16 | last sequence i32 | batches u8 | batches * record count i32
 */
export interface ProducerState {
  readonly producerEpoch: number;
  readonly lastSequence: number;
  readonly counts: readonly number[];
}

/** As many batches as a Kafka producer may have in flight. */
export const REMEMBERED_BATCHES_MAX = 5;

const FIXED_BYTES = 7;

export function encodeProducerState(state: ProducerState): Uint8Array {
  assertSane(state);
  const bytes = Buffer.alloc(FIXED_BYTES + state.counts.length * 4);
  bytes.writeInt16BE(state.producerEpoch, 0);
  bytes.writeInt32BE(state.lastSequence, 2);
  bytes.writeUInt8(state.counts.length, 6);
  state.counts.forEach((count, index) => {
    bytes.writeInt32BE(count, FIXED_BYTES + index * 4);
  });
  return bytes;
}

/** @throws RangeError when the bytes are no producer's state. */
export function decodeProducerState(bytes: Uint8Array): ProducerState {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const batches = buffer.length < FIXED_BYTES ? 0 : buffer.readUInt8(6);
  if (batches < 1 || batches > REMEMBERED_BATCHES_MAX || buffer.length !== FIXED_BYTES + batches * 4) {
    throw new RangeError(`a producer's state cannot have ${buffer.length} bytes`);
  }
  const counts = Array.from({ length: batches }, (_, index) => buffer.readInt32BE(FIXED_BYTES + index * 4));
  const state = { producerEpoch: buffer.readInt16BE(0), lastSequence: buffer.readInt32BE(2), counts };
  assertSane(state);
  return state;
}

/** The numbers' upper bounds are those of their fields, which refuse more by themselves. */
function assertSane({ producerEpoch, lastSequence, counts }: ProducerState): void {
  const sane =
    producerEpoch >= 0 &&
    lastSequence >= 0 &&
    counts.length >= 1 &&
    counts.length <= REMEMBERED_BATCHES_MAX &&
    counts.every((count) => count >= 1);
  if (!sane)
    throw new RangeError(`no producer is in epoch ${producerEpoch}, at ${lastSequence}, after ${counts}`);
}
