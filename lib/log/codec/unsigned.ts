/**
 * Whole numbers from 0 to 2^53 - 1 as unsigned LEB128: seven bits a byte, lowest first; the high bit says that more
 * follow. A number has one encoding, the shortest.
 */
const BYTES_MAX = 8;

/** Writes a number and returns the position behind it. */
export function writeUnsigned(bytes: Uint8Array, position: number, value: number): number {
  let at = position;
  let rest = value;
  while (rest > 0x7f) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[at++] = rest;
  return at;
}

/** Where in which bytes the next number begins. */
export interface UnsignedReader {
  readonly bytes: Uint8Array;
  at: number;
}

/** Reads a number and goes on behind it. @throws RangeError when there is none, in its shortest form. */
export function readUnsigned(reader: UnsignedReader): number {
  const begin = reader.at;
  let value = 0;
  let scale = 1;
  for (let length = 1; length <= BYTES_MAX; length += 1) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) throw new RangeError(`a number at byte ${begin} that is cut short`);
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      const isShortest = byte !== 0 || length === 1;
      if (!isShortest || !Number.isSafeInteger(value)) break;
      return value;
    }
    scale *= 0x80;
  }
  throw new RangeError(`no number of ours at byte ${begin}`);
}
