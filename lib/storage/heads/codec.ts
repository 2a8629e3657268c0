import assert from 'node:assert/strict';
import { asEpoch, asOffset } from '../../kafka/types.ts';
import type { Head, HeadEntry } from '../head.ts';
import { assertHead } from './assert-head.ts';

/**
 * A head as bytes, for a home that keeps it as one value. Numbers are big-endian; offsets and counters are
 * doubles, which hold every whole number up to 2^53 exactly. Text is latin1 (ids are ASCII).
 *
 *     u8 format = 1   u8 deleted   i32 leader   i32 epoch
 *     f64 start   f64 compacted   f64 tail   f64 next   f64 evictions   f64 swaps
 *     text8 barrier
 *     u32 entries     { text8 appendId    f64 base   bytes32 entry }
 *     u32 producers   { text8 producerId  bytes32 state }
 *
 * where `text8` is a u8 length and so many characters, and `bytes32` a u32 length and so many bytes.
 */
const FORMAT = 1;
const FIXED_BYTES = 1 + 1 + 4 + 4 + 6 * 8;
const TEXT_BYTES_MAX = 255;

export function encodeHead(head: Head): Uint8Array {
  assertHead(head);
  const bytes = Buffer.allocUnsafe(encodedLength(head));
  bytes[0] = FORMAT;
  bytes[1] = head.deleted ? 1 : 0;
  bytes.writeInt32BE(head.leader, 2);
  bytes.writeInt32BE(head.epoch, 6);
  bytes.writeDoubleBE(head.start, 10);
  bytes.writeDoubleBE(head.compacted, 18);
  bytes.writeDoubleBE(head.tail, 26);
  bytes.writeDoubleBE(head.next, 34);
  bytes.writeDoubleBE(head.evictions, 42);
  bytes.writeDoubleBE(head.swaps, 50);
  let at = writeText(bytes, head.barrier, FIXED_BYTES);
  at = bytes.writeUInt32BE(head.entries.length, at);
  for (const { appendId, base, entry } of head.entries) {
    at = writeText(bytes, appendId, at);
    at = bytes.writeDoubleBE(base, at);
    at = writeBytes(bytes, entry, at);
  }
  at = bytes.writeUInt32BE(head.producers.size, at);
  for (const [producerId, state] of head.producers) {
    at = writeText(bytes, producerId, at);
    at = writeBytes(bytes, state, at);
  }
  assert(at === bytes.length, `encoded ${at} of ${bytes.length} bytes`);
  return bytes;
}

/** The entries and states of the answer are views of `encoded`, which nobody may change any more. */
export function decodeHead(encoded: Uint8Array): Head {
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  assert(bytes[0] === FORMAT, `a head of format ${bytes[0]}, this program reads format ${FORMAT}`);
  const reader = { bytes, at: FIXED_BYTES };
  const barrier = readText(reader);
  const entries: HeadEntry[] = [];
  for (let left = readUInt32(reader); left > 0; left--) {
    const appendId = readText(reader);
    const base = asOffset(bytes.readDoubleBE(reader.at));
    reader.at += 8;
    entries.push({ appendId, base, entry: readBytes(reader) });
  }
  const producers = new Map<string, Uint8Array>();
  for (let left = readUInt32(reader); left > 0; left--) producers.set(readText(reader), readBytes(reader));
  assert(reader.at === bytes.length, `a head of ${reader.at} bytes in ${bytes.length}`);
  const head: Head = {
    leader: bytes.readInt32BE(2),
    epoch: asEpoch(bytes.readInt32BE(6)),
    start: asOffset(bytes.readDoubleBE(10)),
    compacted: asOffset(bytes.readDoubleBE(18)),
    tail: asOffset(bytes.readDoubleBE(26)),
    next: asOffset(bytes.readDoubleBE(34)),
    entries,
    producers,
    evictions: bytes.readDoubleBE(42),
    swaps: bytes.readDoubleBE(50),
    barrier,
    deleted: bytes[1] === 1,
  };
  assertHead(head);
  return head;
}

function encodedLength(head: Head): number {
  let length = FIXED_BYTES + 1 + head.barrier.length + 4 + 4;
  for (const { appendId, entry } of head.entries) length += 1 + appendId.length + 8 + 4 + entry.length;
  for (const [producerId, state] of head.producers) length += 1 + producerId.length + 4 + state.length;
  return length;
}

function writeText(bytes: Buffer, text: string, at: number): number {
  assert(text.length <= TEXT_BYTES_MAX, `an id of ${text.length} characters`);
  bytes[at] = text.length;
  return at + 1 + bytes.write(text, at + 1, 'latin1');
}

function writeBytes(bytes: Buffer, value: Uint8Array, at: number): number {
  const begin = bytes.writeUInt32BE(value.length, at);
  bytes.set(value, begin);
  return begin + value.length;
}

interface Reader {
  readonly bytes: Buffer;
  at: number;
}

function readUInt32(reader: Reader): number {
  const value = reader.bytes.readUInt32BE(reader.at);
  reader.at += 4;
  return value;
}

function readText(reader: Reader): string {
  const length = reader.bytes.readUInt8(reader.at);
  const begin = reader.at + 1;
  reader.at = begin + length;
  assert(reader.at <= reader.bytes.length, 'a head that ends within an id');
  return reader.bytes.toString('latin1', begin, reader.at);
}

function readBytes(reader: Reader): Uint8Array {
  const length = readUInt32(reader);
  const begin = reader.at;
  reader.at = begin + length;
  assert(reader.at <= reader.bytes.length, 'a head that ends within its bytes');
  return reader.bytes.subarray(begin, reader.at);
}
