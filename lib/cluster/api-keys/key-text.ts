const ID_BYTES = 10;
const SECRET_BYTES = 32;

/** RFC 4648 §6. No character of it separates a user from a password (RFC 7617), or has to be escaped in a URL. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ID = /^[A-Z2-7]{16}$/;

/** By this, scanners of repositories and logs find a secret that leaked, whatever stands around it. */
const SECRET_PREFIX = 'rivulet_';
const SECRET = /^rivulet_[\w-]{43}$/;

/** Gives that many random bytes. */
export type RandomBytes = (bytes: number) => Uint8Array;

/** 80 random bits in 16 characters; it is no secret. */
export function newKeyId(randomBytes: RandomBytes): string {
  const bits = Array.from(randomBytes(ID_BYTES), (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{5}/g, (five) => BASE32.charAt(Number.parseInt(five, 2)));
}

/** 256 random bits. */
export const newSecret = (randomBytes: RandomBytes): string =>
  SECRET_PREFIX + Buffer.from(randomBytes(SECRET_BYTES)).toString('base64url');

export const isKeyId = (text: string): boolean => ID.test(text);

/** Whether it looks like one; anything else needs no look at the store. */
export const isSecret = (text: string): boolean => SECRET.test(text);
