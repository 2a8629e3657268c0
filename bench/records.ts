import { assert } from './assert.ts';

/** Text of random characters, 6 bits of randomness in each, so that no codec takes off more than a quarter. */
function randomText(characters: number, random: () => number): string {
  const bytes = Buffer.alloc(Math.ceil((characters * 3) / 4 / 4 + 1) * 4);
  for (let position = 0; position < bytes.length; position += 4) {
    bytes.writeUInt32LE(Math.floor(random() * 2 ** 32), position);
  }
  return bytes.toString('base64url').slice(0, characters);
}

/**
 * A record's value: compact JSON of exactly `bytes` bytes that names its `id`. All three formats can carry
 * it, so that they are compared by the same bytes. The fraction keeps its zeros (`4.50`), so that a broker
 * that rewrites numbers is found out.
 */
export function recordValue(id: number, bytes: number, random: () => number): Buffer {
  const head = `{"id":${id},"magnitude":${(random() * 9).toFixed(2)},"text":"`;
  const tail = '"}';
  const textBytes = bytes - head.length - tail.length;
  assert(textBytes >= 0, `a record of ${bytes} bytes has no room for its id`);
  return Buffer.from(head + randomText(textBytes, random) + tail, 'latin1');
}

/** The ids of the records whose values stand verbatim in `text`. */
export function recordIds(text: string): number[] {
  return Array.from(text.matchAll(/\{"id":(\d+),/g), (match) => Number(match[1]));
}
