import { scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  hashOfNoSecret,
  hashSecret,
  isSecretOf,
  SALT_BYTES,
  secretHashSchema,
} from '../../../lib/cluster/api-keys/secret-hash.ts';

const salt = Buffer.from('0123456789abcdef');
const SECRET = 'rivulet_secret';

test('a hash is scrypt of the secret, with its salt and parameters beside it', async () => {
  const { hash, ...parameters } = await hashSecret(SECRET, salt);
  expect(parameters).toEqual({
    algorithm: 'scrypt',
    cost: 1_024,
    blockSize: 8,
    parallelization: 1,
    salt: salt.toString('base64url'),
  });
  expect(hash).toBe(scryptSync(SECRET, salt, 32, { N: 1_024, r: 8, p: 1 }).toString('base64url'));
});

test('a hash knows its secret, and no other', async () => {
  const hash = await hashSecret(SECRET, salt);
  expect(await isSecretOf(hash, SECRET)).toBe(true);
  for (const other of ['', SECRET.slice(0, -1), `${SECRET} `, SECRET.toUpperCase()]) {
    expect(await isSecretOf(hash, other)).toBe(false);
  }
  expect(await isSecretOf({ ...hash, salt: Buffer.alloc(SALT_BYTES).toString('base64url') }, SECRET)).toBe(
    false,
  );
});

test('a hash that was made with other parameters is checked with those', async () => {
  const derived = scryptSync(SECRET, salt, 32, { N: 4_096, r: 4, p: 2 });
  const hash = { cost: 4_096, blockSize: 4, parallelization: 2, hash: derived.toString('base64url') };
  const parsed = secretHashSchema.parse({ algorithm: 'scrypt', salt: salt.toString('base64url'), ...hash });
  expect(await isSecretOf(parsed, SECRET)).toBe(true);
});

test('the hash of no secret costs what any other costs', async () => {
  const { hash, salt: itsSalt, ...parameters } = await hashSecret(SECRET, salt);
  expect(hashOfNoSecret).toMatchObject(parameters);
  expect(await isSecretOf(hashOfNoSecret, SECRET)).toBe(false);
});

test.each([
  { cost: 2 ** 18 },
  { cost: 1_000 },
  { blockSize: 17 },
  { parallelization: 5 },
  { salt: 'short' },
  { hash: 'not/base64url+of-thirty-two-bytes-at-all-or-so' },
  { algorithm: 'md5' },
])('an item that says %j is refused: it could take the memory, or let anybody in', async (damage) => {
  const hash = await hashSecret(SECRET, salt);
  expect(secretHashSchema.safeParse(hash).success).toBe(true);
  expect(secretHashSchema.safeParse({ ...hash, ...damage }).success).toBe(false);
});
