import { KafkaError } from './errors.ts';

/**
 * Signed numbers of variable length, as in Protocol Buffers: zigzag first (0, -1, 1, -2 become 0, 1, 2, 3), then
 * seven bits a byte, lowest first, where the high bit says that more follow.
 *
 *   varint  => 1 to 5 bytes, an int32
 *   varlong => 1 to 10 bytes, an int64; here only those that a double holds exactly
 */
const VARINT_BYTES_MAX = 5;
const VARLONG_BYTES_MAX = 10;

/** Bytes that {@link writeVarint} takes for an int32. */
export function varintSize(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  if (zigzag < 0x80) return 1;
  if (zigzag < 0x4000) return 2;
  if (zigzag < 0x20_0000) return 3;
  return zigzag < 0x1000_0000 ? 4 : 5;
}

/** Writes an int32 and returns the position behind it. */
export function writeVarint(bytes: Uint8Array, position: number, value: number): number {
  let at = position;
  let zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  while (zigzag > 0x7f) {
    bytes[at++] = (zigzag & 0x7f) | 0x80;
    zigzag >>>= 7;
  }
  bytes[at++] = zigzag;
  return at;
}

const isInt32 = (value: number): boolean => value === (value | 0);

/** Zigzag without its lowest bit, which is the sign: it does not pass 2^53 - 1, where the whole could. */
const halfZigzag = (value: number): number => (value < 0 ? -value - 1 : value);

/** Bytes that {@link writeVarlong} takes for a safe integer. */
export function varlongSize(value: number): number {
  if (isInt32(value)) return varintSize(value);
  let size = 1;
  let rest = Math.floor(halfZigzag(value) / 64);
  while (rest > 0) {
    size++;
    rest = Math.floor(rest / 128);
  }
  return size;
}

/** Writes a safe integer and returns the position behind it. */
export function writeVarlong(bytes: Uint8Array, position: number, value: number): number {
  if (isInt32(value)) return writeVarint(bytes, position, value);
  const half = halfZigzag(value);
  let at = position;
  let low = ((half % 64) << 1) | (value < 0 ? 1 : 0);
  let rest = Math.floor(half / 64);
  while (rest > 0) {
    bytes[at++] = low | 0x80;
    low = rest % 128;
    rest = Math.floor(rest / 128);
  }
  bytes[at++] = low;
  return at;
}

/**
 * Reads numbers of variable length one behind the other. `end` may be narrowed and widened by the owner; nothing
 * behind it is ever read. Every error is an INVALID_RECORD.
 */
export class VarintReader {
  readonly bytes: Uint8Array;
  position: number;
  end: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.position = 0;
    this.end = bytes.length;
  }

  readByte(): number {
    if (this.position >= this.end) throw new KafkaError('INVALID_RECORD', 'a record ends in the middle');
    return this.bytes[this.position++] as number;
  }

  readVarint(): number {
    let byte = this.readByte();
    let zigzag = byte & 0x7f;
    for (let count = 1; byte > 0x7f; count++) {
      byte = this.readByte();
      if (count === VARINT_BYTES_MAX - 1 && byte > 0x0f) {
        throw new KafkaError('INVALID_RECORD', 'a varint does not fit 32 bits');
      }
      zigzag |= (byte & 0x7f) << (7 * count);
    }
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  readVarlong(): number {
    let byte = this.readByte();
    const negative = (byte & 1) === 1;
    let half = (byte & 0x7f) >>> 1;
    let weight = 64;
    for (let count = 1; byte > 0x7f; count++) {
      if (count === VARLONG_BYTES_MAX) throw new KafkaError('INVALID_RECORD', 'a varlong does not end');
      byte = this.readByte();
      half += (byte & 0x7f) * weight;
      weight *= 128;
    }
    const value = negative ? -half - 1 : half;
    if (!Number.isSafeInteger(value)) throw new KafkaError('INVALID_RECORD', 'a varlong is beyond 2^53 - 1');
    return value;
  }
}
