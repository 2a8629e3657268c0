import { crc32 } from 'node:zlib';
import type { PartitionKey } from '../../storage/head.ts';

/** Names one slice of an intake object, so that the object can be understood without any index. */
export interface IntakeSlice {
  readonly partition: PartitionKey;
  readonly position: number;
  readonly length: number;
  readonly count: number;
  /** CRC-32 (ISO-HDLC, as in gzip) of the slice's bytes. */
  readonly crc: number;
}

/**
 * The end of every intake object:
 *
 *     slices * (topic id length u8 | topic id | partition u32 | position u32 | length u32 | count u32 | crc u32)
 *     | slices u32 | footer length u32, all but the magic | CRC-32 of the footer before it u32 | "RVI1"
 *
 * The CRC is there because garbage collection trusts a footer: one that named another partition would lose records.
 */
const MAGIC = Buffer.from('RVI1');
const NUMBERS_BYTES = 20;
const TRAILER_BYTES = 16;

export function encodeIntakeFooter(slices: readonly IntakeSlice[]): Uint8Array {
  const parts = slices.map(({ partition, position, length, count, crc }) => {
    const topicId = Buffer.from(partition.topicId);
    const bytes = Buffer.alloc(1 + topicId.length + NUMBERS_BYTES);
    let at = bytes.writeUInt8(topicId.length);
    at += topicId.copy(bytes, at);
    for (const number of [partition.partition, position, length, count, crc])
      at = bytes.writeUInt32BE(number, at);
    return bytes;
  });
  const trailer = Buffer.alloc(TRAILER_BYTES);
  const length = parts.reduce((sum, part) => sum + part.length, TRAILER_BYTES - MAGIC.length);
  trailer.writeUInt32BE(slices.length, 0);
  trailer.writeUInt32BE(length, 4);
  MAGIC.copy(trailer, 12);
  const footer = Buffer.concat([...parts, trailer]);
  footer.writeUInt32BE(crc32(footer.subarray(0, -8)), footer.length - 8);
  return footer;
}

/** @throws RangeError when the object does not end in a whole footer. */
export function decodeIntakeFooter(object: Uint8Array): IntakeSlice[] {
  const bytes = Buffer.from(object.buffer, object.byteOffset, object.byteLength);
  const end = bytes.length - TRAILER_BYTES;
  if (end < 0 || !bytes.subarray(end + 12).equals(MAGIC)) {
    throw new RangeError('the object does not end in the footer of an intake object');
  }
  const from = end + 12 - bytes.readUInt32BE(end + 4);
  if (from < 0 || from > end) throw new RangeError('the footer is not within its object');
  if (crc32(bytes.subarray(from, end + 8)) !== bytes.readUInt32BE(end + 8)) {
    throw new RangeError('the footer does not match its CRC-32');
  }
  const slices: IntakeSlice[] = [];
  let at = from;
  while (at < end) {
    const topicIdEnd = at + 1 + bytes.readUInt8(at);
    if (topicIdEnd + NUMBERS_BYTES > end) throw new RangeError('the footer is cut short');
    const topicId = bytes.toString('utf8', at + 1, topicIdEnd);
    const number = (index: number) => bytes.readUInt32BE(topicIdEnd + index * 4);
    slices.push({
      partition: { topicId, partition: number(0) },
      position: number(1),
      length: number(2),
      count: number(3),
      crc: number(4),
    });
    at = topicIdEnd + NUMBERS_BYTES;
  }
  if (slices.length !== bytes.readUInt32BE(end)) throw new RangeError('the footer miscounts its slices');
  return slices;
}
