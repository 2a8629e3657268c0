import type { ObjectId } from '../../storage/head.ts';

/** Crockford's base 32, as the ULID specification has it. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ID_CHARACTERS = 26;
export const OBJECT_ID_BYTES = 16;

/** What a digit counts, by its character code; 0 also for characters that are none. */
const VALUES = new Uint8Array(128);
for (const [value, digit] of [...DIGITS].entries()) VALUES[digit.charCodeAt(0)] = value;

/**
 * Writes a ULID as the 128 bits that it stands for: its 26 digits have 5 bits each, the first two of which are 0.
 * @throws RangeError when it is no ULID in capitals.
 */
export function writeObjectId(id: ObjectId, into: Uint8Array, at: number): void {
  let [bits, held, byte] = [0, -2, at];
  for (let index = 0; index < ID_CHARACTERS; index += 1) {
    bits = (bits << 5) | (VALUES[id.charCodeAt(index)] ?? 0);
    held += 5;
    if (held < 8) continue;
    held -= 8;
    into[byte] = bits >>> held;
    bits &= (1 << held) - 1;
    byte += 1;
  }
  if (readObjectId(into, at) !== id) throw new RangeError(`${id} is no object id`);
}

/** Reads back what {@link writeObjectId} wrote. */
export function readObjectId(bytes: Uint8Array, at: number): ObjectId {
  let [id, bits, held] = ['', 0, 2];
  for (let index = at; index < at + OBJECT_ID_BYTES; index += 1) {
    bits = (bits << 8) | (bytes[index] ?? 0);
    held += 8;
    while (held >= 5) {
      held -= 5;
      id += DIGITS[bits >>> held];
      bits &= (1 << held) - 1;
    }
  }
  return id;
}
