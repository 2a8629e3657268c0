import { randomBytes } from 'node:crypto';

const UUID_BYTES = 16;

/**
 * A random uuid (version 4) as Kafka writes them: 22 characters of base64url. One that begins with a dash is
 * passed over, as in Kafka, because command lines take it for an option.
 *
 * @param random Gives that many random bytes.
 */
export function newUuid(random: (bytes: number) => Uint8Array = randomBytes): string {
  for (;;) {
    const bytes = Buffer.from(random(UUID_BYTES));
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const text = bytes.toString('base64url');
    if (!text.startsWith('-')) return text;
  }
}
