import { scrypt, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

const HASH_BYTES = 32;
export const SALT_BYTES = 16;

const base64url = (bytes: number) =>
  z.string().refine((text) => /^[\w-]*$/.test(text) && Buffer.from(text, 'base64url').length === bytes);

/**
 * A salted hash of a secret (scrypt, RFC 7914), with what it was made with: a later release may ask more of new keys and
 * still check the old ones. The bounds keep an item that is damaged from taking the memory (128 · cost · blockSize bytes).
 */
export const secretHashSchema = z.strictObject({
  algorithm: z.literal('scrypt'),
  /** N of the RFC. */
  cost: z
    .int()
    .min(2)
    .max(2 ** 17)
    .refine((cost) => Number.isInteger(Math.log2(cost))),
  /** r of the RFC. */
  blockSize: z.int().min(1).max(16),
  /** p of the RFC. */
  parallelization: z.int().min(1).max(4),
  salt: base64url(SALT_BYTES),
  hash: base64url(HASH_BYTES),
});

export type SecretHash = z.output<typeof secretHashSchema>;

/**
 * A tenth of what passwords need, and on purpose: a costly hash makes guesses costly, and 256 random bits cannot be
 * guessed at any price, so all that it adds is a second line behind chance itself. This takes 1 MiB and some 3 ms of a
 * whole core, and so some 20 ms of the seventh of one that a function with 256 MB has.
 */
const PARAMETERS = { algorithm: 'scrypt', cost: 2 ** 10, blockSize: 8, parallelization: 1 } as const;

type Parameters = Omit<SecretHash, 'hash'>;

function derive(secret: string, { cost, blockSize, parallelization, salt }: Parameters): Promise<Buffer> {
  const options = { cost, blockSize, parallelization, maxmem: 2 * 128 * cost * blockSize };
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  scrypt(secret, Buffer.from(salt, 'base64url'), HASH_BYTES, options, (error, key) =>
    error === null ? resolve(key) : reject(error),
  );
  return promise;
}

/** @param salt {@link SALT_BYTES} random bytes. */
export async function hashSecret(secret: string, salt: Uint8Array): Promise<SecretHash> {
  const parameters = { ...PARAMETERS, salt: Buffer.from(salt).toString('base64url') };
  const hash = await derive(secret, parameters);
  return { ...parameters, hash: hash.toString('base64url') };
}

/** Whether this secret was hashed; how much of it is right does not show in the time that it takes. */
export async function isSecretOf(hash: SecretHash, secret: string): Promise<boolean> {
  return timingSafeEqual(await derive(secret, hash), Buffer.from(hash.hash, 'base64url'));
}

/** No secret has this hash. Checking one against it takes as long as against that of a key made by this release. */
export const hashOfNoSecret: SecretHash = {
  ...PARAMETERS,
  salt: Buffer.alloc(SALT_BYTES).toString('base64url'),
  hash: Buffer.alloc(HASH_BYTES).toString('base64url'),
};
